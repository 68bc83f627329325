//! The tasks of a writer: lanes of destinations, the pump of a spool, a close.

use std::future::Future;
use std::sync::Arc;

use super::engine::Engine;
use super::spooling;
use crate::write::DropReason;

/// What a task of the writer holds until its end. Dropped before, nothing can be sent any more: its runtime has gone.
pub(super) struct Unended(Option<Arc<Engine>>);

impl Unended {
    pub(super) fn new(engine: &Arc<Engine>) -> Self {
        Self(Some(Arc::clone(engine)))
    }

    /// It ends because it is to.
    pub(super) fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Unended {
    fn drop(&mut self) {
        if let Some(engine) = &self.0 {
            engine.abandon(DropReason::WriterDropped);
            spooling::end_soon(engine);
        }
    }
}

/// Does the work, until it ends or the writer stops.
pub(super) fn spawn(engine: &Arc<Engine>, work: impl Future<Output = ()> + Send + 'static) {
    // Outside of the future: a runtime that has gone drops that without ever polling it. The first is dropped first.
    let task = (Unended::new(engine), engine.spool.as_ref().map(|spool| spool.running()));
    let halted = engine.halted();
    engine.runtime.spawn(async move {
        let (unended, _running) = task;
        tokio::select! {
            biased;
            () = halted => {}
            () = work => {}
        }
        unended.end();
    });
}

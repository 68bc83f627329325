//! A task that sends: a lane of a destination, or the pump of a spool.

use std::future::Future;
use std::sync::Arc;

use super::engine::Engine;
use super::spooling::{self, Running};
use crate::write::DropReason;

/// A task that runs, or is about to. Dropped before its end, nothing can be sent any more: its runtime has gone.
struct Task {
    engine: Arc<Engine>,
    ended: bool,
    _running: Option<Running>,
}

/// Does the work, until it ends or the writer stops.
pub(super) fn spawn(engine: &Arc<Engine>, work: impl Future<Output = ()> + Send + 'static) {
    // Outside of the future: a runtime that has gone drops that without ever polling it.
    let running = engine.spool.as_ref().map(|spool| spool.running());
    let task = Task { engine: Arc::clone(engine), ended: false, _running: running };
    engine.runtime.spawn(async move {
        tokio::select! {
            biased;
            () = task.engine.halted() => {}
            () = work => {}
        }
        task.end();
    });
}

impl Task {
    /// It ends because it is to.
    fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.ended {
            self.engine.abandon(DropReason::WriterDropped);
            spooling::end_soon(&self.engine);
        }
    }
}

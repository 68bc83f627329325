//! Seals open batches in time. Without a spool that is up to lanes; here it must not wait for one, as the server may be
//! away for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::super::engine::Engine;
use super::super::super::route::Route;

/// Whether a task sees to the open batch of a destination.
#[derive(Debug, Default)]
pub(in crate::write::writer) struct Timer(AtomicBool);

impl Timer {
    /// A batch of this destination was opened.
    pub(in crate::write::writer) fn start(&self, engine: &Arc<Engine>, route: &Arc<Route>) {
        if engine.spool.is_some() && !self.0.swap(true, Ordering::SeqCst) {
            engine.runtime.spawn(run(Arc::clone(engine), Arc::clone(route)));
        }
    }
}

async fn run(engine: Arc<Engine>, route: Arc<Route>) {
    loop {
        while let Some(due) = route.seal_due(&engine) {
            tokio::select! {
                () = tokio::time::sleep_until(due) => {}
                () = engine.halted() => return,
            }
        }
        route.timer.0.store(false, Ordering::SeqCst);
        // One that was opened just before has no task of its own.
        if route.seal_due(&engine).is_none() || route.timer.0.swap(true, Ordering::SeqCst) {
            return;
        }
    }
}

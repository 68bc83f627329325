//! A lane: one of the requests that a destination may have in flight.

use std::future::Future;
use std::sync::Arc;

use super::engine::Engine;
use super::route::{Next, Route};
use super::spooling::{self, Running};
use crate::write::DropReason;

/// A lane that runs, or is about to. Dropped before its end, nothing can be sent any more: its runtime has gone.
struct Lane {
    engine: Arc<Engine>,
    route: Arc<Route>,
    ended: bool,
    _running: Option<Running>,
}

/// Sends the batches of a destination until there are none.
pub(super) fn run(engine: Arc<Engine>, route: Arc<Route>) -> impl Future<Output = ()> {
    // Outside of the future: a runtime that has gone drops that without ever polling it.
    let running = engine.spool.as_ref().map(|spool| spool.running());
    let lane = Lane { engine, route, ended: false, _running: running };
    async move {
        let mut stop = lane.engine.stop.subscribe();
        tokio::select! {
            biased;
            _ = stop.wait_for(Option::is_some) => {}
            () = lane.work() => {}
        }
        lane.end();
    }
}

impl Lane {
    /// It ends because it is to.
    fn end(mut self) {
        self.ended = true;
    }

    async fn work(&self) {
        let mut waited = false;
        loop {
            match self.route.next(&self.engine, waited) {
                Next::Take(sealed) => {
                    waited = false;
                    if let Some(course) = spooling::course(&self.engine, &self.route, sealed).await {
                        course.run().await;
                    }
                    if self.engine.memory.is_short() {
                        self.engine.hurry();
                    }
                }
                Next::Wait(due) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(due) => {}
                        () = self.route.wake.notified() => {}
                    }
                    waited = true;
                }
                Next::End => return,
            }
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if !self.ended {
            self.engine.abandon(DropReason::WriterDropped);
            spooling::end_soon(&self.engine);
        }
    }
}

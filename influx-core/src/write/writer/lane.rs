//! A lane: one of the requests that a destination may have in flight.

use std::sync::Arc;

use super::engine::Engine;
use super::route::{Next, Route};
use super::spooling;

/// Sends the batches of a destination until there are none.
pub(super) async fn work(engine: Arc<Engine>, route: Arc<Route>) {
    let mut waited = false;
    loop {
        match route.next(&engine, waited) {
            Next::Take(sealed) => {
                waited = false;
                if let Some(course) = spooling::course(&engine, &route, sealed).await {
                    course.run().await;
                }
                if engine.memory.is_short() {
                    engine.hurry();
                }
            }
            Next::Wait(due) => {
                tokio::select! {
                    () = tokio::time::sleep_until(due) => {}
                    () = route.wake.notified() => {}
                }
                waited = true;
            }
            Next::End => return,
        }
    }
}

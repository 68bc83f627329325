//! `flush`: waiting until everything that was admitted before has its verdict.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;

use super::account::Tally;
use super::engine::Engine;
use super::queue::later;
use crate::blocking;
use crate::error::{Error, Result};
use crate::write::Destination;

/// What one flush, or close, waits for.
#[derive(Debug, Default)]
pub(super) struct Watch {
    state: Mutex<Watched>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Watched {
    lines: u64,
    /// Batches without their verdicts.
    batches: usize,
    tally: Tally,
    blocked: Option<Blocked>,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for these batches, too.
    pub(super) fn expect(&self, batches: usize, lines: u64) {
        let mut state = self.lock();
        state.batches += batches;
        state.lines += lines;
    }

    /// A batch is through.
    pub(super) fn settled(&self, tally: Tally) {
        let mut state = self.lock();
        state.tally.add(tally);
        state.batches -= 1;
        if state.batches == 0 {
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// The destination of some of the batches takes nothing.
    pub(super) fn blocked(&self, destination: &Arc<Destination>, reason: &Arc<Error>) {
        let blocked = Blocked { destination: Arc::clone(destination), reason: Arc::clone(reason) };
        self.lock().blocked.get_or_insert(blocked);
        self.changed.notify_waiters();
    }

    /// Waits until all batches are through; `or_blocked` says to return as well when a destination takes nothing.
    pub(super) async fn wait(&self, or_blocked: bool) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            {
                let state = self.lock();
                if state.batches == 0 || (or_blocked && state.blocked.is_some()) {
                    return;
                }
            }
            changed.await;
        }
    }

    fn report(&self) -> FlushReport {
        let state = self.lock();
        let Tally { stored, rejected, dropped } = state.tally;
        let pending = state.lines - state.tally.sum();
        let blocked = if pending == 0 { None } else { state.blocked.clone() };
        FlushReport { stored, rejected, dropped, pending, blocked }
    }
}

/// What became of everything that was admitted before a flush.
///
/// Records count as pending until their batch is through.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct FlushReport {
    /// How many records the server acknowledged.
    pub stored: u64,
    /// How many the server refused.
    pub rejected: u64,
    /// How many were given up.
    pub dropped: u64,
    /// How many have no verdict yet: the time ran out, or their destination is blocked.
    pub pending: u64,
    /// A destination that takes nothing, if records wait for it.
    pub blocked: Option<Blocked>,
}

impl FlushReport {
    /// Whether every record was acknowledged.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.rejected == 0 && self.dropped == 0 && self.pending == 0
    }
}

/// A destination that takes nothing, whatever the data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Blocked {
    /// Which one.
    pub destination: Arc<Destination>,
    /// The answer that said so.
    pub reason: Arc<Error>,
}

/// The future of [`Writer::flush`](super::Writer::flush). The sending has begun, whether it is awaited or not.
///
/// # Cancel safety
///
/// Dropping it changes nothing, but that nobody is told.
#[must_use = "the report says whether all is stored"]
pub struct Flush(Pin<Box<dyn Future<Output = FlushReport> + Send>>);

impl Flush {
    pub(super) fn new(engine: &Arc<Engine>, timeout: Option<Duration>) -> Self {
        let watch = Arc::new(Watch::default());
        engine.flush(&watch);
        Self(Box::pin(async move {
            match timeout {
                None => watch.wait(true).await,
                Some(timeout) => {
                    let until = later(tokio::time::Instant::now(), timeout);
                    let _ = tokio::time::timeout_at(until, watch.wait(true)).await;
                }
            }
            watch.report()
        }))
    }

    /// Blocks this thread until the flush is through, for code without a runtime.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): this thread belongs to a tokio runtime; use `.await` there.
    pub fn wait(self) -> Result<FlushReport> {
        blocking::wait(self)
    }
}

impl Future for Flush {
    type Output = FlushReport;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FlushReport> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Flush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flush").finish_non_exhaustive()
    }
}

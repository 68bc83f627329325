//! `close`: the end of a writer, which runs in a task of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::engine::Engine;
use super::flush::Watch;
use super::queue::later;
use super::spooling;
use super::stats::Stats;
use super::task::Unended;
use crate::blocking;
use crate::error::Result;
use crate::write::DropReason;

/// Callbacks get so much time after the deadline, of the clock on the wall.
const GRACE: Duration = Duration::from_secs(1);

/// A close that has begun; false until it is through.
#[derive(Debug)]
pub(super) struct Closing(watch::Receiver<bool>);

/// How a writer ended: all that was ever written through it and its clones, and what it found in its spool.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CloseReport {
    /// How many records the server acknowledged.
    pub stored: u64,
    /// How many the server refused.
    pub rejected: u64,
    /// How many were given up.
    pub dropped: u64,
    /// How many wait in the spool for the next writer. Without a spool none does.
    pub pending: u64,
    /// All counters, as they stay.
    pub stats: Stats,
}

impl CloseReport {
    fn of(engine: &Engine) -> Self {
        let stats = Stats::of(engine);
        let Stats { stored, rejected, dropped, pending, .. } = stats;
        Self { stored, rejected, dropped, pending, stats }
    }

    /// Whether every record that was ever written or found is acknowledged.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.stored == self.stats.written + self.stats.recovered
    }
}

/// The future of [`Writer::close`](super::Writer::close). The writer closes, whether it is awaited or not.
///
/// # Cancel safety
///
/// Dropping it changes nothing; another call of `close` waits for the same end.
#[must_use = "the report says whether all is stored"]
pub struct Close(Pin<Box<dyn Future<Output = CloseReport> + Send>>);

impl Close {
    pub(super) fn new(engine: &Arc<Engine>, deadline: Option<Duration>) -> Self {
        let deadline = deadline.unwrap_or(engine.options.max_close_wait);
        let mut done = engine.closing.get_or_init(|| begin(engine, deadline)).0.clone();
        let engine = Arc::clone(engine);
        Self(Box::pin(async move {
            // Its runtime has gone, and what that held was given up; files are let go all the same.
            if done.wait_for(|done| *done).await.is_err() {
                spooling::gone(&engine).await;
            }
            CloseReport::of(&engine)
        }))
    }

    /// Blocks this thread until the writer is closed, for code without a runtime.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): this thread belongs to a tokio runtime; use `.await` there. The writer
    /// closes all the same.
    pub fn wait(self) -> Result<CloseReport> {
        blocking::wait(self)
    }
}

fn begin(engine: &Arc<Engine>, deadline: Duration) -> Closing {
    engine.shut();
    let watch = Arc::new(Watch::default());
    engine.flush(&watch);
    let (done, closing) = watch::channel(false);
    let until = later(Instant::now(), deadline);
    let (unended, engine_) = (Unended::new(engine), Arc::clone(engine));
    engine.runtime.spawn(async move {
        finish(&engine_, &watch, until).await;
        unended.end();
        done.send_replace(true);
    });
    Closing(closing)
}

async fn finish(engine: &Arc<Engine>, watch: &Watch, until: Instant) {
    if tokio::time::timeout_at(until, watch.wait(false)).await.is_err() {
        engine.abandon(DropReason::ShutdownDeadline);
    }
    spooling::end(engine).await;
    watch.wait(false).await;
    if let Some(ran) = engine.caller.mark() {
        // By the clock on the wall: callbacks run on a thread that knows no other.
        let patience = until.saturating_duration_since(Instant::now()).max(GRACE);
        let _ = tokio::task::spawn_blocking(move || ran.recv_timeout(patience)).await;
    }
    debug_assert!(Stats::of(engine).is_balanced(), "the account of a closed writer does not add up");
}

impl Future for Close {
    type Output = CloseReport;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<CloseReport> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Close").finish_non_exhaustive()
    }
}

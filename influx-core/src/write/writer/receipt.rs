//! Receipts: how the records of one call ended.

use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::Notify;

use super::spooling::Kept;
use crate::blocking;
use crate::error::Result;
use crate::write::Verdict;

/// How the lines of one batch ended, for all receipts on it.
#[derive(Debug)]
pub(super) struct Ticket {
    state: Mutex<Ends>,
    changed: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Ends {
    /// No more comes.
    settled: bool,
    /// By their place in the batch.
    pub(super) failed: Vec<(u32, Verdict)>,
    /// The places of those that were left in the spool, ascending once settled.
    pub(super) left: Vec<u32>,
    pub(super) kept: Kept,
}

impl Ticket {
    pub(super) fn new(kept: Kept) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(Ends { kept, ..Ends::default() }), changed: Notify::new() })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Ends> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changed(&self) -> &Notify {
        &self.changed
    }

    pub(super) fn note(&self, places: impl Iterator<Item = u32>, verdict: &Verdict) {
        if !matches!(verdict, Verdict::Stored) {
            self.lock().failed.extend(places.map(|place| (place, verdict.clone())));
        }
    }

    /// Every line has its verdict.
    pub(super) fn finish(&self) {
        let mut guard = self.lock();
        let Ends { settled, failed, left, kept } = &mut *guard;
        *settled = true;
        kept.end();
        failed.sort_by_key(|(place, _)| *place);
        // What was left for the spool, which could not be written then.
        left.retain(|place| failed.binary_search_by_key(place, |(failed, _)| *failed).is_err());
        left.sort_unstable();
        drop(guard);
        self.changed().notify_waiters();
    }

    async fn wait(&self) {
        loop {
            let mut changed = std::pin::pin!(self.changed().notified());
            changed.as_mut().enable();
            if self.lock().settled {
                return;
            }
            changed.await;
        }
    }
}

/// A handle on the records of one [`Writer::write_receipt`](super::Writer::write_receipt), by which their end is
/// known.
///
/// It holds none of their data and may be dropped at any time. A clone is a handle on the same records.
///
/// ```
/// # #[cfg(feature = "test-server")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use influx_core::write::Verdict;
/// use influx_core::{Client, testing::TestServer};
///
/// let server = TestServer::builder().bucket("machines").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
/// let writer = client.writer("machines")?;
///
/// let receipt = writer.write_receipt("cpu usage=1.5 1\ncpu usage=true 2").await?;
/// let end = receipt.acked().await;
/// assert_eq!((receipt.records(), end.stored), (2, 1));
/// let (index, verdict) = &end.failed[0];
/// assert!(*index == 1 && matches!(verdict, Verdict::Rejected(_)), "its type is another");
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "test-server"))]
/// # fn main() {}
/// ```
#[derive(Clone, Default)]
#[must_use = "a receipt says nothing unless it is asked"]
pub struct Receipt {
    /// Nearly always the only one, so that a record costs no allocation.
    first: Option<Piece>,
    more: Vec<Piece>,
}

#[derive(Clone)]
pub(super) struct Piece {
    pub(super) ticket: Arc<Ticket>,
    places: Range<u32>,
}

impl Receipt {
    pub(super) fn add(&mut self, ticket: &Arc<Ticket>, places: Range<u32>) {
        self.push(Piece { ticket: Arc::clone(ticket), places });
    }

    /// Adds the records of another call, which follow these.
    pub(super) fn join(&mut self, next: Self) {
        for piece in next.first.into_iter().chain(next.more) {
            self.push(piece);
        }
    }

    fn push(&mut self, next: Piece) {
        match self.more.last_mut().or(self.first.as_mut()) {
            None => self.first = Some(next),
            // what follows in the same batch needs no piece of its own
            Some(last) if Arc::ptr_eq(&last.ticket, &next.ticket) && last.places.end == next.places.start => {
                last.places.end = next.places.end;
            }
            Some(_) => self.more.push(next),
        }
    }

    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.first.iter().chain(&self.more)
    }

    /// In how many batches its records are, or in how many parts of batches.
    #[cfg(test)]
    pub(super) fn batches(&self) -> usize {
        self.pieces().count()
    }

    /// How many records it stands for.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.pieces().map(|piece| piece.places.len() as u64).sum()
    }

    /// Waits until all of its records have their verdict.
    ///
    /// They have it when the batches they are in are through: after the server's acknowledgement, after every line
    /// that it refused was found, or when the writer gives them up. It ends as well when the writer ends and leaves
    /// them in its spool.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing; the receipt can be asked again.
    pub fn acked(&self) -> Acked {
        let receipt = self.clone();
        Acked(Box::pin(async move {
            for piece in receipt.pieces() {
                piece.ticket.wait().await;
            }
            receipt.acknowledgement()
        }))
    }

    /// How its records ended, if all of them have their verdict by now, or the writer has ended.
    #[must_use]
    pub fn try_acked(&self) -> Option<Acknowledgement> {
        let settled = self.pieces().all(|piece| piece.ticket.lock().settled);
        settled.then(|| self.acknowledgement())
    }

    fn acknowledgement(&self) -> Acknowledgement {
        let (mut failed, mut pending) = (Vec::new(), 0);
        let mut before = 0;
        for Piece { ticket, places } in self.pieces() {
            let ends = ticket.lock();
            let from = ends.failed.partition_point(|(place, _)| *place < places.start);
            let ours = ends.failed[from..].iter().take_while(|(place, _)| *place < places.end);
            failed.extend(
                ours.map(|(place, verdict)| (before + (place - places.start) as usize, verdict.clone())),
            );
            before += places.len();
            let left = |to: u32| ends.left.partition_point(|place| *place < to);
            pending += left(places.end) - left(places.start);
        }
        Acknowledgement { stored: (before - failed.len() - pending) as u64, failed, pending: pending as u64 }
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt").field("records", &self.records()).finish_non_exhaustive()
    }
}

/// How the records of a [`Receipt`] ended.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Acknowledgement {
    /// How many the server acknowledged.
    pub stored: u64,
    /// The others: each by its index in what was written by that call, ascending, and how it ended.
    pub failed: Vec<(usize, Verdict)>,
    /// How many have no verdict: the writer ended and left them in its spool, for the next one.
    pub pending: u64,
}

impl Acknowledgement {
    /// Whether the server acknowledged all of them.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.failed.is_empty() && self.pending == 0
    }
}

/// The future of [`Receipt::acked`].
///
/// # Cancel safety
///
/// Dropping it changes nothing; the receipt can be asked again.
#[must_use = "a future does nothing until it is awaited"]
pub struct Acked(Pin<Box<dyn Future<Output = Acknowledgement> + Send>>);

impl Acked {
    /// Blocks this thread until the records have their verdict, for code without a runtime.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): this thread belongs to a tokio runtime; use `.await` there.
    pub fn wait(self) -> Result<Acknowledgement> {
        blocking::wait(self)
    }
}

impl Future for Acked {
    type Output = Acknowledgement;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Acknowledgement> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Acked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acked").finish_non_exhaustive()
    }
}

//! Receipts: how the rows that a writer took ended.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use influx_core::Error;
use influx_core::write::Receipt;

use super::account::{Account, Sent};
use super::error::{Cause, FrameWriteError};
use super::report::FrameReport;

/// A handle on the rows that a writer took of a frame, by which their end is known.
///
/// It holds none of their data and may be dropped at any time: the rows are written all the same. A clone is a handle on
/// the same rows.
#[derive(Clone, Default)]
#[must_use = "a receipt says nothing unless it is asked"]
pub struct FrameReceipt {
    account: Account,
    /// Pieces that are not through.
    open: Vec<Open>,
    taken: u64,
}

#[derive(Clone)]
struct Open {
    sent: Sent,
    receipt: Receipt,
}

impl FrameReceipt {
    /// Takes in a piece of which the writer took some lines, the first ones; the error is why it took no more.
    pub(super) fn take(&mut self, sent: Sent, receipt: Receipt, end: Option<&Error>) {
        self.account.begin(&sent);
        self.taken += receipt.records();
        if let Some(error) = end {
            let taken = usize::try_from(receipt.records()).unwrap_or(usize::MAX);
            self.account.not_taken(&sent, taken, error);
        }
        self.open.push(Open { sent, receipt });
        // those that are through hold verdicts of their own: a long load must not collect them
        let account = &mut self.account;
        self.open.retain(|Open { sent, receipt }| match receipt.try_acked() {
            Some(end) => {
                account.acknowledged(sent, end);
                false
            }
            None => true,
        });
    }

    /// All frames were read.
    pub(super) fn finish(self) -> Result<Self, FrameWriteError> {
        if self.account.report().refused.is_empty() { Ok(self) } else { Err(self.failed(Cause::Rows)) }
    }

    pub(super) fn failed(self, cause: Cause) -> FrameWriteError {
        self.account.clone().failed(cause).with_receipt(self)
    }

    /// How many rows the writer took.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// What was known of the rows when the receipt was given. Rows whose verdict was still to come are
    /// [`pending`](FrameReport::pending) in it.
    #[must_use]
    pub fn report(&self) -> &FrameReport {
        self.account.report()
    }

    /// Waits until all rows that were taken have their verdict. `Ok` means that every row that has a field is stored.
    ///
    /// # Errors
    ///
    /// Of kind [`Rows`](super::FrameWriteErrorKind::Rows): some rows could not be encoded, were not taken, were rejected
    /// by the server, or given up by the writer; or the writer was closed, and left them in its spool for the next one,
    /// so that they stay [`pending`](FrameReport::pending). The error's report has the numbers of those that failed. The lines of rejected rows are
    /// not in it: `on_error` of the writer's options gets them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing; the receipt can be asked again.
    pub fn acked(&self) -> FrameAcked {
        let Self { mut account, open, .. } = self.clone();
        FrameAcked(Box::pin(async move {
            for Open { sent, receipt } in open {
                account.acknowledged(&sent, receipt.acked().await);
            }
            account.finish()
        }))
    }
}

impl fmt::Debug for FrameReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReceipt")
            .field("taken", &self.taken)
            .field("report", self.report())
            .finish_non_exhaustive()
    }
}

/// The future of [`FrameReceipt::acked`].
///
/// # Cancel safety
///
/// Dropping it changes nothing; the receipt can be asked again.
#[must_use = "a future does nothing until it is awaited"]
pub struct FrameAcked(Pin<Box<dyn Future<Output = Result<FrameReport, FrameWriteError>> + Send>>);

impl FrameAcked {
    /// Blocks this thread until the rows have their verdict, for code without a runtime.
    ///
    /// # Errors
    ///
    /// Those of [`FrameReceipt::acked`]; and one of kind [`Delivery`](super::FrameWriteErrorKind::Delivery) if this
    /// thread belongs to a tokio runtime: use `.await` there.
    pub fn wait(self) -> Result<FrameReport, FrameWriteError> {
        influx_core::__wait(self).unwrap_or_else(|error| Err(FrameWriteError::delivery(error)))
    }
}

impl Future for FrameAcked {
    type Output = Result<FrameReport, FrameWriteError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for FrameAcked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameAcked").finish_non_exhaustive()
    }
}

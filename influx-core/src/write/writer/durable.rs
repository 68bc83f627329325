//! `durable`: waiting until records are in the spool's files.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::receipt::{Receipt, Ticket};
use super::spooling::Kept;
use crate::blocking;
use crate::error::{Error, Result};

impl Receipt {
    /// Waits until each of its records is in the spool's files, or has its verdict. What that outlives is said by
    /// [`Fsync`](crate::write::Fsync): by default also the loss of power.
    ///
    /// They are written when their batch is full or as old as
    /// [`flush_interval`](crate::WriteOptions::flush_interval). With [`SpoolUse::WhenFull`](crate::write::SpoolUse) most
    /// never are, and it is their verdict that is waited for.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the writer has no spool.
    /// - [`Spool`](crate::ErrorKind::Spool): the files cannot be written now. The records are not lost: the writer goes
    ///   on trying to write them and to send them, and asking again later may succeed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing; the receipt can be asked again.
    pub fn durable(&self) -> Durable {
        let receipt = self.clone();
        Durable(Box::pin(async move {
            for piece in receipt.pieces() {
                piece.ticket.durable().await?;
            }
            Ok(())
        }))
    }
}

impl Ticket {
    async fn durable(&self) -> Result<()> {
        loop {
            let mut changed = std::pin::pin!(self.changed().notified());
            changed.as_mut().enable();
            {
                let ends = self.lock();
                match &ends.kept {
                    Kept::Nowhere => {
                        return Err(Error::config(
                            "the writer has no spool: set WriteOptions::spool, or wait for acked()",
                        ));
                    }
                    Kept::Durable => return Ok(()),
                    Kept::Failing(trouble) => return Err(trouble.error()),
                    Kept::Waiting => {}
                }
            }
            changed.await;
        }
    }
}

/// The future of [`Receipt::durable`].
///
/// # Cancel safety
///
/// Dropping it changes nothing; the receipt can be asked again.
#[must_use = "a future does nothing until it is awaited"]
pub struct Durable(Pin<Box<dyn Future<Output = Result<()>> + Send>>);

impl Durable {
    /// Blocks this thread until the records are in the files, for code without a runtime.
    ///
    /// # Errors
    ///
    /// Those of [`Receipt::durable`]; and [`Config`](crate::ErrorKind::Config) if this thread belongs to a tokio runtime:
    /// use `.await` there.
    pub fn wait(self) -> Result<()> {
        blocking::wait(self)?
    }
}

impl Future for Durable {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable").finish_non_exhaustive()
    }
}

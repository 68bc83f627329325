//! `write_all` and `write_stream`: many records, admitted in their order.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Writer;
use super::admit::{Entrance, Stop};
use super::queue::{Limits, Lines};
use super::receipt::Receipt;
use crate::blocking;
use crate::error::{Error, Result};
use crate::line::{LineBuffer, Measurement};

/// Records are handed to the queue in pieces of about so many bytes.
const PIECE: usize = 16 * 1024;

impl Writer {
    /// Writes all records of an iterator in their order, and gives their number. It encodes a piece of about 16 KiB at
    /// a time, and so takes any number of records in bounded memory.
    ///
    /// # Errors
    ///
    /// The first failure ends it: those of [`write`](Self::write), with how many records were taken before.
    ///
    /// # Cancel safety
    ///
    /// Nothing is written before it is awaited. Dropping it while it waits for room withdraws one piece, which
    /// counts as refused; those before it are taken.
    pub fn write_all<'a, I>(&'a self, records: I) -> WriteAll<'a>
    where
        I: IntoIterator<Item: Measurement, IntoIter: Send + 'a>,
    {
        let mut records = records.into_iter();
        WriteAll(Box::pin(async move {
            let mut admitted = 0;
            loop {
                let piece = self.piece(&mut records, admitted);
                let count = piece.lines;
                let placed = match piece.placed {
                    Err(Stop::Wait(held)) => self.entrance().wait(held).await,
                    Err(Stop::Refused(error)) => Err(error),
                    Ok(()) => Ok(()),
                };
                placed.map_err(|error| WriteAllError { admitted, error })?;
                admitted += count;
                match piece.end {
                    End::More => {}
                    End::Last => return Ok(admitted),
                    End::Invalid(error) => return Err(WriteAllError { admitted, error }),
                }
            }
        }))
    }

    /// Encodes the next piece and offers it. What follows a record that cannot be encoded is not looked at.
    fn piece<M: Measurement>(&self, records: &mut impl Iterator<Item = M>, admitted: u64) -> Piece {
        let entrance: Entrance<'_> = self.entrance();
        // Not many batches at once, however small they are: each takes memory of its own.
        let Limits { rows, bytes } = entrance.route.limits();
        let bytes = PIECE.min(bytes / 2);
        entrance.route.encoding.scratch(|lines| {
            let end = loop {
                match records.next() {
                    None => break End::Last,
                    Some(record) => {
                        if let Err(error) = lines.push(&record) {
                            let index = usize::try_from(admitted).unwrap_or(usize::MAX) + lines.lines();
                            break End::Invalid(entrance.invalid(Error::encode(index, error)));
                        }
                    }
                }
                if lines.as_bytes().len() >= bytes || lines.lines() >= rows {
                    break End::More;
                }
            };
            Piece { lines: lines.lines() as u64, placed: entrance.place(&Lines::of(lines)), end }
        })
    }

    /// Writes the records of a stream as they come, and gives their number when it ends.
    ///
    /// # Errors
    ///
    /// As for [`write_all`](Self::write_all).
    ///
    /// # Cancel safety
    ///
    /// What was taken from the stream is written, but for a record that waits for room: it is withdrawn.
    pub async fn write_stream<S>(&self, records: S) -> Result<u64, WriteAllError>
    where
        S: Stream<Item: Measurement>,
    {
        let mut records = std::pin::pin!(records);
        let mut admitted = 0;
        while let Some(write) =
            poll_fn(|context| records.as_mut().poll_next(context)).await.map(|record| self.write(&record))
        {
            write.await.map_err(|error| WriteAllError { admitted, error })?;
            admitted += 1;
        }
        Ok(admitted)
    }
}

impl Writer {
    /// Writes lines that are ready, in their order and piece by piece, so that a buffer may be larger than the queue.
    /// Those that were taken are added to the receipt, also where the others are not. `invalid` records beside them
    /// could not be encoded: they are counted as refused.
    ///
    /// Hidden: for buffers that encode as this writer does.
    #[doc(hidden)]
    pub async fn __write_lines(&self, lines: &LineBuffer, invalid: u64, taken: &mut Receipt) -> Result<()> {
        let entrance = self.entrance();
        entrance.route.encoding.skips(lines.skipped_non_finite());
        entrance.route.refused.invalid.fetch_add(invalid, Ordering::Relaxed);
        if lines.precision() != entrance.route.encoding.precision() || entrance.route.encoding.changes(lines)
        {
            taken.join(entrance.write(lines).await?);
            return Ok(());
        }
        let all = Lines::of(lines);
        let (mut from, mut ends) = (0, Vec::new());
        while from < all.ends.len() {
            let Limits { rows, bytes } = entrance.route.limits();
            let piece = all.piece(from, Limits { rows, bytes: PIECE.min(bytes / 2) }, &mut ends);
            from += piece.ends.len();
            taken.join(match entrance.place(&piece) {
                Ok(receipt) => receipt,
                Err(Stop::Wait(held)) => entrance.wait(held).await?,
                Err(Stop::Refused(error)) => return Err(error),
            });
        }
        Ok(())
    }
}

struct Piece {
    lines: u64,
    placed: Result<(), Stop>,
    end: End,
}

enum End {
    More,
    Last,
    Invalid(Error),
}

/// Not all records were taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("{admitted} records were taken, and no more")]
pub struct WriteAllError {
    /// How many were: those with an index below it.
    pub admitted: u64,
    /// Why the next one was not.
    #[source]
    pub error: Error,
}

/// The future of [`Writer::write_all`].
///
/// # Cancel safety
///
/// Dropping it while it waits for room withdraws one piece, which counts as refused; what came before is taken, and
/// what follows was not looked at.
#[must_use = "nothing is written until it is awaited"]
pub struct WriteAll<'a>(Pin<Box<dyn Future<Output = Result<u64, WriteAllError>> + Send + 'a>>);

impl WriteAll<'_> {
    /// Blocks this thread until all records are taken, for code without a runtime.
    ///
    /// # Errors
    ///
    /// Those of [`Writer::write_all`]; and [`Config`](crate::ErrorKind::Config) if this thread belongs to a tokio
    /// runtime: use `.await` there.
    pub fn wait(self) -> Result<u64, WriteAllError> {
        blocking::wait(self).unwrap_or_else(|error| Err(WriteAllError { admitted: 0, error }))
    }
}

impl Future for WriteAll<'_> {
    type Output = Result<u64, WriteAllError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for WriteAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteAll").finish_non_exhaustive()
    }
}

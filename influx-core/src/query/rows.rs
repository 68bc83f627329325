//! The rows of an answer as values: a stream, a blocking iterator, a list.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Cursor;
use crate::blocking::Blocking;
use crate::error::Result;

/// The rows of an answer as values of one type, while it arrives.
///
/// # Cancel safety
///
/// Dropping the future of [`next`](Self::next) loses no row.
#[must_use = "rows are read when they are asked for"]
pub struct Rows<T> {
    cursor: Cursor,
    read: Read<T>,
    /// Whether the stream has ended with an error.
    failed: bool,
}

/// How the row that stands ready becomes a value.
pub(super) type Read<T> = Box<dyn FnMut(&mut Cursor) -> Result<T> + Send>;

impl<T> Rows<T> {
    pub(super) fn new(cursor: Cursor, read: impl FnMut(&mut Cursor) -> Result<T> + Send + 'static) -> Self {
        Self { cursor, read: Box::new(read), failed: false }
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        let Self { cursor, read, .. } = self;
        Poll::Ready(if ready!(cursor.poll_advance(context))? { read(cursor).map(Some) } else { Ok(None) })
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`Cursor::next_as`].
    pub async fn next(&mut self) -> Result<Option<T>> {
        poll_fn(|context| self.poll_row(context)).await
    }

    /// All rows. They must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`Cursor::next_as`]; the rows before the first error are lost.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// The rows for code without a runtime: each step blocks the thread until a row has come.
    ///
    /// # Errors
    ///
    /// Each step has those of [`Cursor::next_as`]; and [`Config`](crate::ErrorKind::Config) on a thread that belongs to
    /// a tokio runtime.
    pub fn blocking(self) -> BlockingRows<T> {
        Blocking::new(self)
    }
}

/// Ends after the first error.
impl<T> Stream for Rows<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        let row = ready!(self.poll_row(context));
        self.failed = row.is_err();
        Poll::Ready(row.transpose())
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// The rows of an answer as an iterator, made by [`Rows::blocking`].
pub type BlockingRows<T> = Blocking<Rows<T>>;

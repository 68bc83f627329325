//! The rows of an answer, one after the other, while it arrives.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use serde::de::DeserializeOwned;

use super::decode::{Decoder, Flaw, Step};
use super::pivot::Pivot;
use super::wanted::Plan;
use super::{FromRow, Header, Profilers, Record, Row, RowError, RowReader, Wanted};
use crate::blocking;
use crate::error::{Error, Result};
use crate::http::ByteStream;

/// The rows of an answer as they stand in it, one after the other: nothing is copied, and at most one row and one piece
/// of the answer are in memory.
///
/// # Cancel safety
///
/// Dropping a future of [`next`](Self::next) or [`next_as`](Self::next_as) loses no row.
pub struct Cursor {
    stream: ByteStream,
    state: State,
    /// What has arrived and is not decoded yet.
    waiting: Bytes,
    decoder: Decoder,
    plan: Option<Resolved>,
    /// Makes rows wide, where that is wanted.
    pivot: Option<Pivot>,
    profilers: Option<Profilers>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Arriving,
    /// All has come.
    Ended,
    /// The rows have ended, by an error or not.
    Stopped,
}

/// The places of a type's columns in one table.
struct Resolved {
    of: fn(&mut Wanted),
    header: Arc<Header>,
    plan: Plan,
}

impl Resolved {
    #[cold]
    fn new(of: fn(&mut Wanted), header: &Arc<Header>) -> Self {
        let mut wanted = Wanted::default();
        of(&mut wanted);
        Self { of, header: Arc::clone(header), plan: Plan::new(&wanted, header) }
    }

    /// Whether it is of this type and this table.
    fn is(&self, of: fn(&mut Wanted), header: &Arc<Header>) -> bool {
        std::ptr::fn_addr_eq(self.of, of) && Arc::ptr_eq(&self.header, header)
    }
}

impl Cursor {
    pub(super) fn new(stream: ByteStream, decoder: Decoder, profilers: Option<Profilers>) -> Self {
        Self {
            stream,
            state: State::Arriving,
            waiting: Bytes::new(),
            decoder,
            plan: None,
            pivot: None,
            profilers,
        }
    }

    /// The same with the rows of Flux made wide: those of all fields of a record become one, with a column for each.
    ///
    /// Rows are of one record if all columns but `_field`, `_value` and `table` are equal. All of them are in memory, and
    /// the first comes after the last of the answer: to stream, write `|> pivot()` in the query. Tables without `_field`
    /// pass as they are.
    #[must_use]
    pub fn pivoted(mut self) -> Self {
        self.pivot = Some(Pivot::all());
        self
    }

    /// The same with the rows of Flux made wide as far as a type needs it: as [`rows`](super::Query::rows) does by itself.
    /// What is done to which rows is said at [`FromRow`].
    #[must_use]
    pub fn pivoted_for<'r, T: FromRow<'r>>(mut self) -> Self {
        self.pivot = Pivot::of(T::columns);
        self
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    ///
    /// - The connection broke, or no byte came in time.
    /// - [`Query`](crate::ErrorKind::Query): the server reports an error behind the rows so far.
    /// - [`Decode`](crate::ErrorKind::Decode): the answer is not in the form that it should have.
    ///
    /// After an error there are no more rows.
    pub async fn next(&mut self) -> Result<Option<Row<'_>>> {
        Ok(if poll_fn(|context| self.poll_advance(context)).await? { Some(self.row()) } else { None })
    }

    /// The next row as a type, which may borrow from the row; `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); and [`Decode`](crate::ErrorKind::Decode) for a row that does not fit the type, after
    /// which the next row may be read.
    pub async fn next_as<'r, T: FromRow<'r>>(&'r mut self) -> Result<Option<T>> {
        if !poll_fn(|context| self.poll_advance(context)).await? {
            return Ok(None);
        }
        self.read().map(Some)
    }

    /// As [`next`](Self::next), for code without a runtime: blocks this thread until the row has come.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); and [`Config`](crate::ErrorKind::Config) on a thread that belongs to a tokio runtime.
    pub fn wait_next(&mut self) -> Result<Option<Row<'_>>> {
        blocking::wait(self.next())?
    }

    /// As [`next_as`](Self::next_as), for code without a runtime: blocks this thread until the row has come.
    ///
    /// # Errors
    ///
    /// As [`next_as`](Self::next_as); and [`Config`](crate::ErrorKind::Config) on a thread that belongs to a tokio runtime.
    pub fn wait_next_as<'r, T: FromRow<'r>>(&'r mut self) -> Result<Option<T>> {
        blocking::wait(self.next_as())?
    }

    /// Whether the answer tells no tables apart: its rows have more columns only because others lacked them.
    #[doc(hidden)]
    #[must_use]
    pub fn __is_one_table(&self) -> bool {
        matches!(self.decoder, Decoder::Lines(_))
    }

    /// The error of a row that was read by another crate.
    #[doc(hidden)]
    #[must_use]
    pub fn __row_error(&self, number: u64, error: RowError) -> Error {
        Error::row(self.stream.request().to_owned(), number, error)
    }

    /// The row that stands ready as a type.
    pub(super) fn read<'r, T: FromRow<'r>>(&'r mut self) -> Result<T> {
        let row = current(&self.pivot, &self.decoder);
        let of: fn(&mut Wanted) = T::columns;
        let resolved = match &mut self.plan {
            Some(known) if known.is(of, row.header()) => known,
            plan => plan.insert(Resolved::new(of, row.header())),
        };
        T::from_row(&mut RowReader::new(row, &resolved.plan))
            .map_err(|error| Error::row(self.stream.request().to_owned(), row.number(), error))
    }

    /// The row that stands ready as a record.
    pub(super) fn record(&mut self) -> Result<Record> {
        let row = self.row();
        Record::of(row).map_err(|error| self.misfit(row, error))
    }

    /// The row that stands ready as what serde makes of it.
    pub(super) fn deserialize<T: DeserializeOwned>(&mut self) -> Result<T> {
        let row = self.row();
        row.deserialize().map_err(|error| self.misfit(row, error))
    }

    fn misfit(&self, row: Row<'_>, error: RowError) -> Error {
        self.__row_error(row.number(), error)
    }

    /// The row that stands ready.
    pub(super) fn row(&self) -> Row<'_> {
        current(&self.pivot, &self.decoder)
    }

    /// Goes to the next row; `false` after the last.
    pub(super) fn poll_advance(&mut self, context: &mut Context<'_>) -> Poll<Result<bool>> {
        loop {
            if self.state == State::Stopped {
                return Poll::Ready(Ok(self.pivot.as_mut().is_some_and(Pivot::next)));
            }
            match self.decoder.step(&self.waiting, self.state == State::Ended) {
                Ok((used, step)) => {
                    self.waiting.advance(used);
                    match step {
                        Step::Row if self.is_profile()? || self.is_kept() => {}
                        Step::Row => return Poll::Ready(Ok(true)),
                        Step::End => self.state = State::Stopped,
                        Step::More => ready!(self.poll_fill(context))?,
                    }
                }
                Err(flaw) => return Poll::Ready(Err(self.stop(flaw))),
            }
        }
    }

    /// Takes the next piece of the answer, now that nothing waits, or notes that there is none.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match ready!(self.stream.poll(context)) {
            Ok(None) => self.state = State::Ended,
            Ok(Some(piece)) => self.waiting = piece,
            Err(error) => {
                self.end();
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Whether the row that stands ready is of a profiler, which is then told.
    fn is_profile(&self) -> Result<bool> {
        let row = self.decoder.row();
        let Some(profilers) = self.profilers.as_ref().filter(|profilers| profilers.made(row)) else {
            return Ok(false);
        };
        profilers.tell(&Record::of(row).map_err(|error| self.misfit(row, error))?);
        Ok(true)
    }

    /// Whether the row that stands ready is not read by itself: it is brought together with others, or left out.
    fn is_kept(&mut self) -> bool {
        self.pivot.as_mut().is_some_and(|pivot| !pivot.push(self.decoder.row()))
    }

    /// Ends the rows.
    fn end(&mut self) {
        self.state = State::Stopped;
        self.pivot = None;
    }

    /// Ends the rows by an error.
    #[cold]
    fn stop(&mut self, flaw: Flaw) -> Error {
        self.stream.end();
        self.end();
        self.waiting = Bytes::new();
        let request = self.stream.request().to_owned();
        match flaw {
            Flaw::Row(error) => Error::row(request, self.decoder.rows() + 1, error),
            Flaw::Server(server) => {
                let server = self.stream.secrets().redact_said(server, false);
                Error::query(request, self.stream.status(), server)
            }
        }
    }
}

/// The row that stands ready.
#[inline]
fn current<'r>(pivot: &'r Option<Pivot>, decoder: &'r Decoder) -> Row<'r> {
    match pivot {
        None => decoder.row(),
        Some(pivot) => pivot.merged().unwrap_or_else(|| pivot.renamed(decoder.row())),
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("stream", &self.stream).finish_non_exhaustive()
    }
}

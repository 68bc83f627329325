//! The one error of everything that goes over the network.

mod kind;
mod partial;
mod server;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::kind::ErrorKind;
pub use self::partial::{FailedRecord, PartialWrite};
pub use self::server::ServerError;
pub(crate) use self::server::shown;
use self::server::{Reason, Shown};
use crate::http::TransportError;
use crate::line::{EncodeError, RawError};
use crate::query::RowError;

/// The result of everything that goes over the network.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The most causes that the `Debug` of [`Error`] prints.
const SOURCES: usize = 8;

/// What went wrong, one word wide.
///
/// Ask [`kind`](Self::kind) to decide, [`server`](Self::server) for the server's own words,
/// [`partial_write`](Self::partial_write) for the records that a write did not store, and
/// [`is_retryable`](Self::is_retryable) to know whether the same call may simply be made again.
///
/// # Formatting
///
/// `Display` prints this level only, in one line: what was attempted and how it ended, with at most
/// 1 KiB of the server's reason and with its control characters escaped. It never holds a token. The
/// causes below are reached through [`source`](StdError::source), as reporters such as `anyhow` do; `Debug` prints
/// them too, each no longer than that.
///
/// # Source
///
/// There is a source where another error lies below: the [`EncodeError`] of a record, the
/// [`TransportError`] of a connection. Which types stand further below is no part of the API.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    retryable: bool,
    cause: Cause,
}

/// The messages, and what each of them carries.
#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("{0}")]
    Config(String),
    #[error("record {index} cannot be encoded")]
    Record { index: usize, source: EncodeError },
    #[error("line {line} of the text cannot be written{more}", more = More(.source))]
    Text { line: usize, source: RawError },
    #[error("{request}: {what}")]
    Transport { request: String, what: &'static str, source: Option<TransportError> },
    #[error("{request}: the server answered {status}{reason}", reason = Reason(.server))]
    Status { request: String, status: u16, server: Option<ServerError>, retry_after: Option<Duration> },
    #[error("{request}: the server redirects with {status} to {target}, which is not followed; set this URL")]
    Redirect { request: String, status: u16, target: String },
    #[error("{request}: {what}")]
    Answer { request: String, status: u16, what: String },
    #[error("{request}: the query failed{reason}", reason = Reason(.server))]
    Query { request: String, status: u16, server: Option<ServerError> },
    #[error("{request}: row {row} of the answer cannot be read")]
    Row { request: String, row: u64, source: RowError },
    #[cfg(feature = "spool")]
    #[error("the spool {path}: {what}")]
    Spool { path: String, what: String, source: Option<std::io::Error> },
    #[error("{first}{partial}")]
    Partial { first: Arc<Error>, partial: PartialWrite },
}

impl Error {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the server's answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.0.cause {
            Cause::Status { status, .. }
            | Cause::Redirect { status, .. }
            | Cause::Answer { status, .. }
            | Cause::Query { status, .. } => Some(status),
            Cause::Partial { ref first, .. } => first.status(),
            _ => None,
        }
    }

    /// What the server said, if it said anything.
    #[must_use]
    pub fn server(&self) -> Option<&ServerError> {
        match &self.0.cause {
            Cause::Status { server, .. } | Cause::Query { server, .. } => server.as_ref(),
            Cause::Partial { first, .. } => first.server(),
            _ => None,
        }
    }

    /// How long the server asks to wait before the next attempt, in seconds or until a date; at most a day. What cannot
    /// be read counts as 10 s.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.cause {
            Cause::Status { retry_after, .. } => retry_after,
            Cause::Partial { ref first, .. } => first.retry_after(),
            _ => None,
        }
    }

    /// What a write stored and what it did not, record by record, if it came so far that something was sent.
    #[must_use]
    pub fn partial_write(&self) -> Option<&PartialWrite> {
        match &self.0.cause {
            Cause::Partial { partial, .. } => Some(partial),
            _ => None,
        }
    }

    /// The index of the record that cannot be encoded: its place in what the caller passed, from 0. For
    /// text, the number of its line less one.
    #[must_use]
    pub fn record(&self) -> Option<usize> {
        match self.0.cause {
            Cause::Record { index, .. } => Some(index),
            Cause::Text { line, .. } => Some(line.saturating_sub(1)),
            _ => None,
        }
    }

    /// The number of the row of an answer that cannot be read, from 1.
    #[must_use]
    pub fn row_number(&self) -> Option<u64> {
        match self.0.cause {
            Cause::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    /// Whether the same call may succeed later and may safely be made again: what did not reach the server,
    /// what it postponed (429, 503), and, where doing it twice is the same as doing it once, everything
    /// that broke on the way.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    fn new(kind: ErrorKind, idempotent: bool, cause: Cause) -> Self {
        Self(Box::new(Inner { kind, retryable: kind.retryable(idempotent), cause }))
    }

    #[cold]
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, false, Cause::Config(message.into()))
    }

    /// An error of a [`Deliver`](crate::write::Deliver) of one's own.
    #[must_use]
    pub fn delivery(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind, true, Cause::Config(message.into()))
    }

    /// What the server was asked for by name is not there.
    #[cold]
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, false, Cause::Config(message.into()))
    }

    #[cold]
    pub(crate) fn full() -> Self {
        let message =
            "the writer's queue is full: write later, raise WriteOptions::queue_bytes, or let write wait";
        Self::new(ErrorKind::Full, false, Cause::Config(message.to_owned()))
    }

    #[cold]
    pub(crate) fn closed() -> Self {
        let message = "the writer is closed, or its runtime has ended";
        Self::new(ErrorKind::Closed, false, Cause::Config(message.to_owned()))
    }

    /// The files of a spool; `what` says what to do next. A full disk may heal.
    #[cfg(feature = "spool")]
    #[cold]
    pub(crate) fn spool(
        path: &std::path::Path,
        what: impl Into<String>,
        source: Option<std::io::Error>,
    ) -> Self {
        let path = path.display().to_string();
        Self::new(ErrorKind::Spool, false, Cause::Spool { path, what: what.into(), source })
    }

    #[cold]
    pub(crate) fn encode(index: usize, source: EncodeError) -> Self {
        Self::new(ErrorKind::Encode, false, Cause::Record { index, source })
    }

    #[cold]
    pub(crate) fn text(source: RawError) -> Self {
        let line = source.rejected().first().map_or(1, |first| first.line);
        Self::new(ErrorKind::Encode, false, Cause::Text { line, source })
    }

    #[cold]
    pub(crate) fn transport(request: String, idempotent: bool, source: TransportError) -> Self {
        let (kind, what) = source.kind().describe();
        Self::new(kind, idempotent, Cause::Transport { request, what, source: Some(source) })
    }

    #[cold]
    pub(crate) fn timeout(request: String, idempotent: bool) -> Self {
        let what = "no complete answer within the time limit";
        Self::new(ErrorKind::Timeout, idempotent, Cause::Transport { request, what, source: None })
    }

    /// The same of a call that another had to wait for, which was thereby not sent.
    #[cold]
    pub(crate) fn before_sending(self) -> Self {
        match self.kind() {
            ErrorKind::Timeout | ErrorKind::Transport => Self::new(ErrorKind::Connect, true, self.0.cause),
            _ => self,
        }
    }

    #[cold]
    pub(crate) fn refused(
        request: String,
        idempotent: bool,
        status: u16,
        server: Option<ServerError>,
        retry_after: Option<Duration>,
    ) -> Self {
        let cause = Cause::Status { request, status, server, retry_after };
        Self::new(ErrorKind::of_status(status), idempotent, cause)
    }

    #[cold]
    pub(crate) fn redirect(request: String, status: u16, target: String) -> Self {
        Self::new(ErrorKind::Redirect, false, Cause::Redirect { request, status, target })
    }

    /// A write of which not everything is stored; `first` is what ended the first of the records that are not, and
    /// `repeatable` says whether what is stored may be written again.
    #[cold]
    pub(crate) fn partial(first: Arc<Self>, partial: PartialWrite, repeatable: bool) -> Self {
        let again = partial.rejected.is_empty() && (repeatable || partial.stored == 0);
        let retryable = first.is_retryable() && again;
        Self(Box::new(Inner { kind: first.kind(), retryable, cause: Cause::Partial { first, partial } }))
    }

    /// An error that the server reports in the answer to a query.
    #[cold]
    pub(crate) fn query(request: String, status: u16, server: ServerError) -> Self {
        let server = Some(server).filter(|server| server.code.is_some() || !server.message.is_empty());
        Self::new(ErrorKind::Query, false, Cause::Query { request, status, server })
    }

    /// A row of an answer, counted from 1, that cannot be read.
    #[cold]
    pub(crate) fn row(request: String, row: u64, source: RowError) -> Self {
        Self::new(ErrorKind::Decode, false, Cause::Row { request, row, source })
    }

    /// An answer that is not what was asked for.
    #[cold]
    pub(crate) fn decode(request: String, status: u16, what: impl Into<String>) -> Self {
        let cause = Cause::Answer { request, status, what: what.into() };
        Self::new(ErrorKind::Decode, false, cause)
    }

    #[cold]
    pub(crate) fn unexpected(request: String, status: u16, what: impl Into<String>) -> Self {
        let cause = Cause::Answer { request, status, what: what.into() };
        Self::new(ErrorKind::Unexpected, false, cause)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.cause.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind()).field("message", &self.to_string());
        if let Some(wait) = self.retry_after() {
            out.field("retry_after", &wait);
        }
        if let Some(partial) = self.partial_write() {
            out.field("partial_write", partial);
        }
        // by `Display`: the `Debug` of a source may hold all lines of the caller
        let sources: Vec<_> = std::iter::successors(self.source(), |error| (*error).source())
            .take(SOURCES)
            .map(|source| Shown(source.to_string()))
            .collect();
        if !sources.is_empty() {
            out.field("sources", &sources);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            // its message is this one's already
            Cause::Partial { first, .. } => first.source(),
            cause => cause.source(),
        }
    }
}

/// How many lines were refused after the first.
struct More<'a>(&'a RawError);

impl fmt::Display for More<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.rejected().len() {
            0 | 1 => Ok(()),
            lines => write!(f, ", nor can {} more", lines - 1),
        }
    }
}

#[cfg(test)]
mod tests;

//! The one error of everything that goes over the network.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::http::TransportError;
use crate::line::{EncodeError, RawError};

/// The result of everything that goes over the network.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The longest piece of a server's answer that [`Error`] prints, in bytes.
const SHOWN: usize = 1024;
/// The most causes that the `Debug` of [`Error`] prints.
const SOURCES: usize = 8;

/// What went wrong, one word wide.
///
/// Ask [`kind`](Self::kind) to decide, [`server`](Self::server) for the server's own words, and
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
}

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client or the call is set up wrongly; nothing was sent.
    Config,
    /// A record cannot be written as line protocol; nothing was sent.
    Encode,
    /// No connection could be made (name, port); nothing was sent.
    Connect,
    /// No secure connection could be made: a certificate that is not trusted, or a server without TLS. Nothing was
    /// sent.
    Tls,
    /// The attempt took too long; whether the server acted is unknown.
    Timeout,
    /// The connection broke; whether the server acted is unknown.
    Transport,
    /// The server points elsewhere (301, 302, 303, 307, 308), which is never followed.
    Redirect,
    /// 401: no token, or one that the server does not know.
    Unauthorized,
    /// 403: the token does not allow this.
    Forbidden,
    /// 404: the bucket, the organisation or the path does not exist.
    NotFound,
    /// 400 or 422: the server refused the data or the request.
    Rejected,
    /// 413: the request is larger than the server accepts.
    TooLarge,
    /// 429: too many requests; see [`Error::retry_after`].
    RateLimited,
    /// 503: the server is there but not ready; see [`Error::retry_after`].
    Unavailable,
    /// 500, 502 or 504: the server failed, or what stands before it.
    Server,
    /// Any other status or answer than the call expects.
    Unexpected,
}

impl ErrorKind {
    /// The kind that belongs to a status which is no success.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            301..=303 | 307 | 308 => Self::Redirect,
            400 | 422 => Self::Rejected,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            408 => Self::Timeout,
            413 => Self::TooLarge,
            429 => Self::RateLimited,
            503 => Self::Unavailable,
            500 | 502 | 504 => Self::Server,
            _ => Self::Unexpected,
        }
    }

    /// Whether time may heal it, given whether doing it twice is the same as doing it once.
    fn retryable(self, idempotent: bool) -> bool {
        match self {
            Self::Connect | Self::RateLimited | Self::Unavailable => true,
            Self::Timeout | Self::Transport | Self::Server => idempotent,
            _ => false,
        }
    }
}

/// What a server says about its refusal.
///
/// `Debug` and `Display` print at most 1 KiB of each part; the fields hold all that was read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerError {
    /// The machine's word for it, such as `not found`, where the server gives one.
    pub code: Option<String>,
    /// The reason in the server's words; empty if it gave none.
    pub message: String,
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ServerError");
        out.field("code", &self.code.as_ref().map(Shown)).field("message", &Shown(&self.message)).finish()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.message.is_empty() => shown(code, f),
            _ => shown(&self.message, f),
        }
    }
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
            Cause::Status { status, .. } | Cause::Redirect { status, .. } | Cause::Answer { status, .. } => {
                Some(status)
            }
            _ => None,
        }
    }

    /// What the server said, if it said anything.
    #[must_use]
    pub fn server(&self) -> Option<&ServerError> {
        match &self.0.cause {
            Cause::Status { server, .. } => server.as_ref(),
            _ => None,
        }
    }

    /// How long the server asks to wait before the next attempt, at most a day. A date instead of seconds is not
    /// read yet.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.cause {
            Cause::Status { retry_after, .. } => retry_after,
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
        self.0.cause.source()
    }
}

/// Foreign text in `Debug`: bounded, as in `Display`.
struct Shown<T>(T);

impl<T: AsRef<str>> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        shown(self.0.as_ref(), f)?;
        f.write_str("\"")
    }
}

/// The server's reason as the tail of a message.
struct Reason<'a>(&'a Option<ServerError>);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(server) => write!(f, ": {server}"),
            None => Ok(()),
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

/// Prints foreign text: at most [`SHOWN`] bytes, in one line, without what a terminal would obey.
fn shown(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut left = SHOWN;
    for c in text.chars() {
        let width = if c.is_control() { c.escape_default().len() } else { c.len_utf8() };
        if width > left {
            return f.write_str("…");
        }
        left -= width;
        if c.is_control() { write!(f, "{}", c.escape_default())? } else { fmt::Write::write_char(f, c)? }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! The kinds of failures, and which of them time may heal.

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client or the call is set up wrongly; nothing was sent.
    Config,
    /// A record cannot be written as line protocol; nothing was sent.
    Encode,
    /// No connection could be made (name, port), or the sign-in that comes first got no answer; nothing was sent.
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
    /// 409: what is to be made exists already, or is not in a state for this.
    Conflict,
    /// 413: the request is larger than the server accepts.
    TooLarge,
    /// 429: too many requests; see [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// 503: the server is there but not ready; see [`Error::retry_after`](crate::Error::retry_after).
    Unavailable,
    /// 500, 502 or 504: the server failed, or what stands before it.
    Server,
    /// The server took a query and reported an error in its answer, perhaps behind rows.
    Query,
    /// The answer is not what was asked for: it cannot be read, or its rows do not fit the type they are read into.
    Decode,
    /// The queue of a writer has no room for the record, which was not taken.
    Full,
    /// The writer is closed, or its runtime ended; the record was not taken.
    Closed,
    /// The files of a spool cannot be used or written: another process has them, a newer version made them, the disk is
    /// full or fails.
    Spool,
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
            409 => Self::Conflict,
            413 => Self::TooLarge,
            429 => Self::RateLimited,
            503 => Self::Unavailable,
            500 | 502 | 504 => Self::Server,
            _ => Self::Unexpected,
        }
    }

    /// Whether time may heal it, given whether doing it twice is the same as doing it once.
    pub(super) fn retryable(self, idempotent: bool) -> bool {
        match self {
            Self::Connect | Self::RateLimited | Self::Unavailable | Self::Full => true,
            Self::Timeout | Self::Transport | Self::Server => idempotent,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_retries_follow_the_status() {
        let table = [
            (301, ErrorKind::Redirect, false, false),
            (400, ErrorKind::Rejected, false, false),
            (401, ErrorKind::Unauthorized, false, false),
            (403, ErrorKind::Forbidden, false, false),
            (404, ErrorKind::NotFound, false, false),
            (405, ErrorKind::Unexpected, false, false),
            (408, ErrorKind::Timeout, true, false),
            (409, ErrorKind::Conflict, false, false),
            (413, ErrorKind::TooLarge, false, false),
            (422, ErrorKind::Rejected, false, false),
            (429, ErrorKind::RateLimited, true, true),
            (304, ErrorKind::Unexpected, false, false),
            (425, ErrorKind::Unexpected, false, false),
            (500, ErrorKind::Server, true, false),
            (501, ErrorKind::Unexpected, false, false),
            (502, ErrorKind::Server, true, false),
            (505, ErrorKind::Unexpected, false, false),
            (511, ErrorKind::Unexpected, false, false),
            (503, ErrorKind::Unavailable, true, true),
            (504, ErrorKind::Server, true, false),
        ];
        for (status, kind, idempotent, other) in table {
            assert_eq!(ErrorKind::of_status(status), kind, "{status}");
            assert_eq!(kind.retryable(true), idempotent, "{status}");
            assert_eq!(kind.retryable(false), other, "{status}");
        }
    }
}

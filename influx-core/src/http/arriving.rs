//! An answer whose body is still to come: read piece by piece, or whole up to a limit; each byte against the clock.

use std::fmt;
use std::time::Duration;

use ::http::header::HeaderMap;
use bytes::{Bytes, BytesMut};
use tokio::time::{Instant, timeout, timeout_at};

use super::redact::Secrets;
use super::{Answer, Body, TransportError};
use crate::error::{Error, Result};

/// An answer of which the head is read.
pub(crate) struct Arriving {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// How errors name the request it answers.
    pub(crate) request: String,
    /// What must not come back through the answer.
    pub(crate) secrets: Secrets,
    pub(super) idempotent: bool,
    pub(super) body: Body,
    /// The longest time between two bytes.
    pub(super) idle: Duration,
    /// When the attempt must have ended.
    pub(super) until: Option<Instant>,
}

/// What one attempt brought.
pub(crate) struct Sent {
    pub(crate) answer: Answer,
    /// How the body of the answer broke off, if it did.
    pub(crate) fault: Option<Error>,
    /// What must not come back through the answer.
    pub(crate) secrets: Secrets,
}

/// Why no more bytes come, but for the end of the body.
enum Stop {
    Broken(TransportError),
    /// No byte came for too long, or the attempt's time is over.
    Late,
}

impl Arriving {
    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }

    /// The next piece of the body; `None` after the last.
    ///
    /// # Errors
    ///
    /// The connection broke, or no byte came in time.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        self.piece().await.map_err(|stop| self.error(stop))
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, Stop> {
        let soon = timeout(self.idle, self.body.next());
        let piece = match self.until {
            Some(until) => timeout_at(until, soon).await.map_err(|_| Stop::Late)?,
            None => soon.await,
        };
        piece.map_err(|_| Stop::Late)?.map_err(Stop::Broken)
    }

    fn error(&self, stop: Stop) -> Error {
        match stop {
            Stop::Broken(error) => Error::transport(self.request.clone(), self.idempotent, error),
            Stop::Late => Error::timeout(self.request.clone(), self.idempotent),
        }
    }

    /// The whole answer, with at most `most` bytes of its body; the rest is left unread. Of one that is no success,
    /// without secrets.
    pub(crate) async fn read(mut self, most: usize) -> Sent {
        let mut read = BytesMut::new();
        let (mut complete, mut fault) = (false, None);
        while read.len() < most {
            match self.piece().await {
                Ok(Some(piece)) => read.extend_from_slice(&piece),
                Ok(None) => {
                    complete = true;
                    break;
                }
                Err(stop) => {
                    fault = Some(self.error(stop));
                    break;
                }
            }
        }
        read.truncate(most);
        let success = self.is_success();
        let Self { status, mut headers, request, secrets, .. } = self;
        let mut body = read.freeze();
        if !success {
            body = secrets.redact_bytes(body, !complete);
            secrets.redact_headers(&mut headers);
        }
        Sent { answer: Answer { status, headers, body, complete, request }, fault, secrets }
    }
}

/// Prints what is known: headers and body may hold anything.
impl fmt::Debug for Arriving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arriving")
            .field("request", &self.request)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chunks, TransportErrorKind, TransportFuture};
    use super::*;

    fn arriving(body: Body) -> Arriving {
        Arriving {
            status: 200,
            headers: HeaderMap::new(),
            request: "GET /x".to_owned(),
            secrets: Secrets::default(),
            idempotent: true,
            body,
            idle: Duration::from_secs(1),
            until: None,
        }
    }

    #[tokio::test]
    async fn an_endless_body_is_cut() {
        struct Endless;
        impl Chunks for Endless {
            fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
                Box::pin(async { Ok(Some(Bytes::from_static(&[b'x'; 3_000]))) })
            }
        }
        let Sent { answer, fault, .. } = arriving(Body::chunks(Endless)).read(10_000).await;
        assert_eq!((answer.body.len(), answer.complete, fault.is_none()), (10_000, false, true));
        for text in ["ok", ""] {
            let Sent { answer, fault, .. } = arriving(Body::from(text)).read(10_000).await;
            assert_eq!(answer.body, text);
            assert!(answer.complete && fault.is_none());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_or_stalls_is_told_apart() {
        struct Then(Option<Bytes>, bool);
        impl Chunks for Then {
            fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
                let (first, breaks) = (self.0.take(), self.1);
                Box::pin(async move {
                    match first {
                        Some(bytes) => Ok(Some(bytes)),
                        None if breaks => Err(TransportError::new(TransportErrorKind::Interrupted, "reset")),
                        None => std::future::pending().await,
                    }
                })
            }
        }
        for (breaks, kind) in [(true, crate::ErrorKind::Transport), (false, crate::ErrorKind::Timeout)] {
            let body = || Body::chunks(Then(Some(Bytes::from_static(b"part")), breaks));
            let Sent { answer, fault, .. } = arriving(body()).read(10_000).await;
            assert_eq!((&answer.body[..], answer.complete), (&b"part"[..], false));
            assert_eq!(fault.map(|error| error.kind()), Some(kind));
            let mut pieces = arriving(body());
            assert_eq!(pieces.next().await.unwrap().as_deref(), Some(&b"part"[..]));
            assert_eq!(pieces.next().await.unwrap_err().kind(), kind);
        }
    }
}

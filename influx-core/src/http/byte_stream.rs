//! The bytes of an answer as they arrive.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::header::HeaderMap;
use bytes::Bytes;
use futures_core::Stream;

use super::{Arriving, Secrets};
use crate::blocking::Blocking;
use crate::error::{Error, Result};

/// The bytes of an answer, piece by piece, while it arrives; inflated, if the server compressed it.
///
/// # Cancel safety
///
/// Dropping a future of [`next`](Self::next) loses no byte.
pub struct ByteStream {
    source: Source,
    request: String,
    status: u16,
    headers: HeaderMap,
    secrets: Secrets,
}

enum Source {
    Ready(Box<Arriving>),
    Reading(Reading),
    /// All is read, or nothing more can be.
    Ended,
}

type Reading = Pin<Box<dyn Future<Output = (Box<Arriving>, Result<Option<Bytes>>)> + Send>>;

impl ByteStream {
    pub(crate) fn new(mut answer: Arriving) -> Self {
        Self {
            request: answer.request.clone(),
            status: answer.status,
            headers: std::mem::take(&mut answer.headers),
            secrets: answer.secrets.clone(),
            source: Source::Ready(Box::new(answer)),
        }
    }

    /// How errors name the request.
    pub(crate) fn request(&self) -> &str {
        &self.request
    }

    /// The status of the answer: one of success.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What must not come back in the words of the server.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Gives the rest of the answer up.
    pub(crate) fn end(&mut self) {
        self.source = Source::Ended;
    }

    /// Makes errors of what another crate finds in the bytes: that they are not what was asked for.
    #[doc(hidden)]
    #[must_use]
    pub fn __flaw(&self) -> Box<dyn Fn(String) -> Error + Send + Sync> {
        let (request, status) = (self.request.clone(), self.status);
        Box::new(move |what| Error::decode(request.clone(), status, what))
    }

    /// The next piece; `None` after the last.
    ///
    /// # Errors
    ///
    /// The connection broke, or no byte came in time; after that there are no more pieces.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All that is left. It must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub async fn bytes(mut self) -> Result<Bytes> {
        let mut all = bytes::BytesMut::new();
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// All that is left, as text. It must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); and [`Decode`](crate::ErrorKind::Decode) if it is not UTF-8.
    pub async fn text(self) -> Result<String> {
        let (request, status) = (self.request.clone(), self.status);
        let bytes = self.bytes().await?;
        String::from_utf8(bytes.into()).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Error::decode(request, status, format!("the answer is not UTF-8 from its byte {at} on"))
        })
    }

    /// The bytes for code without a runtime: each step blocks the thread until a piece has come.
    ///
    /// # Errors
    ///
    /// Each step has those of [`next`](Self::next); and [`Config`](crate::ErrorKind::Config) on a thread that belongs to
    /// a tokio runtime.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if let Source::Ready(_) = &self.source
            && let Source::Ready(mut answer) = std::mem::replace(&mut self.source, Source::Ended)
        {
            self.source = Source::Reading(Box::pin(async move {
                let piece = answer.next().await;
                (answer, piece)
            }));
        }
        let Source::Reading(reading) = &mut self.source else { return Poll::Ready(Ok(None)) };
        let (answer, piece) = ready!(reading.as_mut().poll(context));
        self.source = match piece {
            Ok(Some(_)) => Source::Ready(answer),
            _ => Source::Ended,
        };
        Poll::Ready(piece)
    }
}

/// Ends after the first error.
impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        self.poll(context).map(Result::transpose)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("request", &self.request)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

//! A transport that answers every request alike, from memory, its body in pieces of one's own choice.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use influx_core::Client;
use influx_core::http::{
    Body, Chunks, RetryPolicy, Transport, TransportError, TransportErrorKind, TransportFuture,
};

/// What every request is answered with, and the requests that came.
#[derive(Debug)]
pub struct Canned {
    status: StatusCode,
    content_type: &'static str,
    pieces: Vec<Bytes>,
    /// Whether the connection breaks behind the last piece.
    breaks: bool,
    requests: Mutex<Vec<Request<Bytes>>>,
}

impl Canned {
    /// An answer 200 of CSV, whose body comes in these pieces.
    pub fn new<P: Into<Bytes>>(pieces: impl IntoIterator<Item = P>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: "text/csv; charset=utf-8",
            pieces: pieces.into_iter().map(Into::into).collect(),
            breaks: false,
            requests: Mutex::default(),
        }
    }

    /// The same with the body in one piece.
    pub fn whole(body: impl Into<Bytes>) -> Self {
        Self::new([body.into()])
    }

    /// The same with the body in pieces of so many bytes, the last one shorter.
    pub fn cut(body: &[u8], size: usize) -> Self {
        Self::new(body.chunks(size).map(Bytes::copy_from_slice))
    }

    /// Answers with this status instead.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Says that the body is of this type instead.
    #[must_use]
    pub fn content_type(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    /// Breaks off behind the last piece instead of ending.
    #[must_use]
    pub fn breaks(mut self) -> Self {
        self.breaks = true;
        self
    }

    /// A client of this transport that tries once, for the organisation `o` and without a token; and the transport, to
    /// ask for the requests.
    ///
    /// # Errors
    ///
    /// The client cannot be built, which does not happen.
    pub fn client(self) -> influx_core::Result<(Client, Arc<Self>)> {
        let transport = Arc::new(self);
        let builder = Client::builder("http://host").org("o").retry(RetryPolicy::none());
        Ok((builder.transport(Arc::clone(&transport)).build()?, transport))
    }

    /// The requests that came, in order.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let mut answer = Response::new(Body::chunks(Pieces(self.pieces.clone().into_iter(), self.breaks)));
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        Box::pin(async { Ok(answer) })
    }
}

struct Pieces(std::vec::IntoIter<Bytes>, bool);

impl Chunks for Pieces {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        let piece = match self.0.next() {
            None if self.1 => Err(TransportError::new(TransportErrorKind::Interrupted, "reset")),
            piece => Ok(piece),
        };
        Box::pin(async { piece })
    }
}

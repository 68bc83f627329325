//! What carries requests: a seam for tests, and the only file that names reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::{Body, Chunks};
use crate::error::{Error, ErrorKind, Result};

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a [`Transport`] returns.
pub type TransportFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send + 'a>>;

/// Carries one request to a server and brings the head of its answer.
///
/// The client has a transport of its own. Bring another with
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport) to test without a network, or to go through
/// a stack that this crate does not know. It must not follow redirects, retry or inflate: the client decides
/// what an answer means, and keeps the time.
///
/// ```
/// use influx_core::Client;
/// use influx_core::http::{Body, Transport, TransportFuture, bytes, http};
///
/// #[derive(Debug)]
/// struct Accepting;
///
/// impl Transport for Accepting {
///     fn send(&self, _: http::Request<bytes::Bytes>) -> TransportFuture<'_, http::Response<Body>> {
///         let mut answer = http::Response::new(Body::from(""));
///         *answer.status_mut() = http::StatusCode::NO_CONTENT;
///         Box::pin(async { Ok(answer) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> influx_core::Result<()> {
/// let client = Client::builder("http://nowhere").org("o").transport(Accepting).build()?;
/// client.write("b", "cpu usage=1 1").await?;
/// # Ok(())
/// # }
/// ```
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and returns the head of the answer with its body still to be read.
    ///
    /// # Errors
    ///
    /// No connection, or it broke before the head was complete. A status is never an error here.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the request up; whether the server acts on it is unknown.
    fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>> {
        (**self).send(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>> {
        (**self).send(request)
    }
}

/// A request that got no complete answer.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: nothing was sent.
    Connect,
    /// It took too long; the server may have acted.
    Timeout,
    /// The connection broke; the server may have acted.
    Interrupted,
    /// No secure connection, and none to hope for: nothing was sent.
    Tls,
    /// The request cannot be sent as it is: nothing was sent.
    Invalid,
}

impl TransportErrorKind {
    pub(crate) fn describe(self) -> (ErrorKind, &'static str) {
        match self {
            Self::Connect => (ErrorKind::Connect, "cannot connect"),
            Self::Timeout => (ErrorKind::Timeout, "no answer in time"),
            Self::Interrupted => (ErrorKind::Transport, "the connection broke"),
            Self::Tls => (ErrorKind::Tls, "no secure connection"),
            Self::Invalid => (ErrorKind::Config, "the request cannot be sent"),
        }
    }
}

impl TransportError {
    /// An error of the given kind. The source must hold no secret: it is printed.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// How far the request came.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}

/// The transport over the network, to a server whose address is free of secrets.
///
/// # Errors
///
/// The TLS library cannot be set up, or the address is none.
pub(crate) fn network(address: &str) -> Result<Arc<dyn Transport>> {
    let url = reqwest::Url::parse(address)
        .map_err(|error| Error::config(format!("the URL {address:?} cannot be read: {error}")))?;
    let builder = reqwest::Client::builder();
    // without TLS no certificates are asked for: the machine may have none, and then `build` fails
    let builder = if url.scheme() == "https" { builder } else { without_certificates(builder) };
    let client = builder
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none()) // a followed 302 would turn a POST into a GET
        .retry(reqwest::retry::never()) // attempts are counted by us
        .referer(false)
        .no_proxy() // proxies of the environment only if asked
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .tcp_nodelay(true)
        .build()
        .map_err(|error| {
            Error::config(format!("the HTTP client cannot be set up: {}", chain(&error.without_url())))
        })?;
    Ok(Arc::new(Network(client)))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_certs_only([])
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn without_certificates(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
}

#[derive(Debug)]
struct Network(reqwest::Client);

impl Transport for Network {
    fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>> {
        Box::pin(async move {
            let mut answer = self.0.execute(request.try_into().map_err(failed)?).await.map_err(failed)?;
            let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
            let mut response = ::http::Response::new(Body::chunks(Incoming(answer)));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

struct Incoming(reqwest::Response);

impl Chunks for Incoming {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        Box::pin(async { self.0.chunk().await.map_err(failed) })
    }
}

/// Classifies, and cuts the URL off: its query may hold names that do not belong in logs.
fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() {
        TransportErrorKind::Invalid
    } else if error.is_connect() && is_tls(&error) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}

/// Whether a connection failed for what the server's TLS is, and not for the network: another attempt ends alike.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    // rustls comes as this kind of IO error, in another one, which names no source; native-tls says it in words
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
        || ["certificate", "SSL routines"].iter().any(|word| error.to_string().contains(word))
        || match io.and_then(io::Error::get_ref) {
            Some(inner) => is_tls(inner),
            None => error.source().is_some_and(is_tls),
        }
}

/// An error and what lies below it, in one line.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| (*error).source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

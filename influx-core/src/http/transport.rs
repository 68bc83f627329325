//! What carries requests: a seam for tests, and the only file that names reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::network::{NetworkOptions, Proxy, TlsOptions};
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
/// A certificate or key cannot be read, the TLS library cannot be set up, or the address is none.
pub(crate) fn network(address: &str, options: &NetworkOptions) -> Result<Arc<dyn Transport>> {
    let unusable = |error: reqwest::Error| {
        Error::config(format!("the HTTP client cannot be set up: {}", chain(&error.without_url())))
    };
    // it knows more of hosts than `http::Uri`
    reqwest::Url::parse(address)
        .map_err(|error| Error::config(format!("the URL {address:?} cannot be read: {error}")))?;
    let secure = |address: &str| address.starts_with("https:");
    let by_tls = secure(address) || options.proxy.as_ref().is_some_and(|proxy| secure(&proxy.address));
    let mut builder = reqwest::Client::builder()
        .connect_timeout(options.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
        .redirect(reqwest::redirect::Policy::none()) // a followed 302 would turn a POST into a GET
        .retry(reqwest::retry::never()) // attempts are counted by us
        .referer(false)
        .no_proxy() // proxies of the environment only if asked
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .tcp_nodelay(true);
    if let Some(size) = options.pool_size {
        builder = builder.pool_max_idle_per_host(size);
    }
    if let Some(time) = options.idle_timeout {
        builder = builder.pool_idle_timeout(time);
    }
    if let Some(proxy) = &options.proxy {
        builder = builder.proxy(through(proxy).map_err(unusable)?);
    }
    let client = secured(builder, &options.tls, by_tls)?.build().map_err(unusable)?;
    Ok(Arc::new(Network(client)))
}

fn through(proxy: &Proxy) -> Result<reqwest::Proxy, reqwest::Error> {
    // the address has no password: it can stand in errors
    let mut through = reqwest::Proxy::all(&proxy.address)?.headers(proxy.headers.clone());
    if let Some(authorization) = &proxy.authorization {
        through = through.custom_http_auth(authorization.clone());
    }
    Ok(through)
}

/// `by_tls` says whether there is anything to secure: else no certificates are asked for, since the machine may have
/// none, and then `build` fails.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn secured(
    mut builder: reqwest::ClientBuilder,
    options: &TlsOptions,
    by_tls: bool,
) -> Result<reqwest::ClientBuilder> {
    use secrecy::ExposeSecret;

    #[cfg(feature = "native-tls")]
    fn identity(certificate: &str, key: &str) -> reqwest::Result<reqwest::Identity> {
        reqwest::Identity::from_pkcs8_pem(certificate.as_bytes(), key.as_bytes())
    }
    #[cfg(not(feature = "native-tls"))]
    fn identity(certificate: &str, key: &str) -> reqwest::Result<reqwest::Identity> {
        let both: secrecy::SecretString = format!("{certificate}\n{key}").into();
        reqwest::Identity::from_pem(both.expose_secret().as_bytes())
    }

    let verify = options.verify.unwrap_or(true);
    if let Some(ca) = &options.ca {
        let text = ca.read("ca_certificate")?;
        let found = reqwest::Certificate::from_pem_bundle(text.expose_secret().as_bytes());
        let certificates = found.ok().filter(|found| !found.is_empty()).ok_or_else(|| {
            Error::config(format!("ca_certificate: there is no certificate in {ca:?} that can be read"))
        })?;
        builder = builder.tls_certs_only(certificates);
    } else if !by_tls || !verify {
        builder = builder.tls_certs_only([]);
    }
    if let Some((certificate, key)) = &options.client {
        let text = certificate.read("client_certificate")?;
        let key_text = super::pem::plain_key(key.read("the client's key")?, options.key_password.as_ref())?;
        let identity = identity(text.expose_secret(), key_text.expose_secret()).map_err(|_| {
            let what = if cfg!(feature = "native-tls") { ": the key must be in PKCS #8 form" } else { "" };
            Error::config(format!("client_certificate: {certificate:?} and {key:?} cannot be used{what}"))
        })?;
        builder = builder.identity(identity);
    }
    #[cfg(feature = "native-tls")]
    let builder = builder.tls_backend_native().tls_danger_accept_invalid_hostnames(!verify);
    #[cfg(not(feature = "native-tls"))]
    let builder = builder.tls_backend_rustls();
    Ok(builder.tls_danger_accept_invalid_certs(!verify))
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn secured(
    builder: reqwest::ClientBuilder,
    options: &TlsOptions,
    _by_tls: bool,
) -> Result<reqwest::ClientBuilder> {
    match options.any_set() {
        Some(name) => {
            let advice = "enable the feature `rustls` or `native-tls` of influx-core";
            Err(Error::config(format!("{name} is set in a build without TLS: {advice}")))
        }
        None => Ok(builder),
    }
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

/// What a proxy's 407 to CONNECT is called.
const PROXY_REFUSES: &str = "proxy authorization required";

/// Classifies, and cuts the URL off: its query may hold names that do not belong in logs.
fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() || chain(&error).contains(PROXY_REFUSES) {
        TransportErrorKind::Invalid
    } else if error.is_connect() && is_tls(&error) || is_refused(&error) {
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

/// Whether the server ended the handshake because of the client's certificate. In TLS 1.3 that comes only with the
/// answer, but before any request is read.
fn is_refused(error: &(dyn StdError + 'static)) -> bool {
    let text = chain(error);
    let names = ["certificate", "Certificate", "UnknownCA", "unknown ca", "AccessDenied", "access denied"];
    text.contains("alert") && names.iter().any(|name| text.contains(name))
}

/// An error and what lies below it, in one line.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| (*error).source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

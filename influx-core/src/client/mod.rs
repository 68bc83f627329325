//! The client: an address, who it is there, and the calls that can be made with them.

mod auth;
mod build;
mod builder;
#[cfg(feature = "config")]
mod config;
mod detect;
mod headers;
mod health;
mod limits;
mod network;
mod session;
mod url;

use std::fmt;
use std::sync::Arc;

use ::http::header::HeaderMap;

use self::auth::Auth;
pub use self::auth::AuthScheme;
pub(crate) use self::auth::{Credential, Signed};
pub use self::builder::ClientBuilder;
pub use self::detect::Server;
pub(crate) use self::headers::of_one as header;
pub use self::health::{Health, HealthCheck, HealthStatus, Ping, Ready};
use self::limits::Pace;
pub(crate) use self::limits::upload_time;
use crate::http::{Gzip, Limits, NetworkOptions, Request, RetryPolicy, Secrets, Transport};
use crate::line::EncodeOptions;
use crate::query::Profilers;
use crate::write::{Destination, Dialect, WriteOptions};

/// A client of one InfluxDB server.
///
/// ```no_run
/// # async fn run() -> influx_core::Result<()> {
/// let client = influx_core::Client::builder("http://localhost:8086").token("…").org("my-org").build()?;
/// client.write("my-bucket", "cpu,host=a usage=1.5").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Cloning
///
/// A clone is cheap and shares the connections. Share clones freely between tasks and threads.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    /// Without a trailing slash.
    url: String,
    auth: Arc<Auth>,
    /// What must not come back, but for what comes and goes with sessions and providers.
    secrets: Secrets,
    org: Option<String>,
    dialect: Dialect,
    destination: Option<Destination>,
    encode: EncodeOptions,
    /// `None`: bodies go as they are.
    gzip: Option<Gzip>,
    retry: RetryPolicy,
    write: WriteOptions,
    profilers: Profilers,
    pace: Pace,
    /// Of every request.
    headers: HeaderMap,
    network: NetworkOptions,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// A builder for a client of the server at `url`, such as `http://localhost:8086`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    /// The server's address, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The organisation of destinations that name none.
    #[must_use]
    pub fn org(&self) -> Option<&str> {
        self.0.org.as_deref()
    }

    /// Where records go if a call names no other place: what file, environment or builder say.
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        self.0.destination.as_ref()
    }

    /// How the server is written to.
    pub(crate) fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// How records are encoded, but for what a destination says.
    pub(crate) fn encode_options(&self) -> &EncodeOptions {
        &self.0.encode
    }

    /// How bodies are compressed; `None` if they are not.
    pub(crate) fn gzip(&self) -> Option<Gzip> {
        self.0.gzip
    }

    /// How calls and one-shot writes are tried again.
    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.0.retry
    }

    /// The options of writers that bring none.
    pub(crate) fn write_options(&self) -> &WriteOptions {
        &self.0.write
    }

    /// What Flux queries measure that say nothing of it.
    pub(crate) fn profilers(&self) -> &Profilers {
        &self.0.profilers
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }

    /// The headers of every request.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What must not come back, but for what comes and goes with sessions and providers.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// How long an attempt of this request may take.
    pub(crate) fn limits(&self, request: &Request) -> Limits {
        self.0.pace.of(request)
    }

    /// How long an attempt of a query may take.
    pub(crate) fn query_limits(&self) -> Limits {
        self.0.pace.of_query()
    }

    fn auth(&self) -> &Auth {
        &self.0.auth
    }
}

/// Prints the settings, but of what is secret only whether it is there.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.headers.keys().map(|name| name.as_str()).collect();
        f.debug_struct("Client")
            .field("url", &self.0.url)
            .field("auth", &self.0.auth)
            .field("org", &self.0.org)
            .field("dialect", &self.0.dialect)
            .field("destination", &self.0.destination)
            .field("encode", &self.0.encode)
            .field("gzip", &self.0.gzip)
            .field("retry", &self.0.retry)
            .field("write", &self.0.write)
            .field("profilers", &self.0.profilers)
            .field("pace", &self.0.pace)
            .field("headers", &names)
            .field("network", &self.0.network)
            .finish_non_exhaustive()
    }
}

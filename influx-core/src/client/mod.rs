//! The client: an address, a token, and the calls that can be made with them.

mod builder;

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

pub use self::builder::ClientBuilder;
use crate::http::{Gzip, RetryPolicy, Transport};
use crate::line::EncodeOptions;
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

struct Inner {
    /// Without a trailing slash.
    url: String,
    token: Option<SecretString>,
    org: Option<String>,
    dialect: Dialect,
    destination: Option<Destination>,
    encode: EncodeOptions,
    /// `None`: bodies go as they are.
    gzip: Option<Gzip>,
    retry: RetryPolicy,
    write: WriteOptions,
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

    pub(crate) fn token(&self) -> Option<&SecretString> {
        self.0.token.as_ref()
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.0.transport
    }
}

/// Prints the address and the organisation, of the token only whether there is one.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.url())
            .field("org", &self.org())
            .field("token", &self.token().map(|_| "[redacted]"))
            .finish_non_exhaustive()
    }
}

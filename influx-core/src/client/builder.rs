//! The settings of a client: each setter keeps what it gets, and `build` judges it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::auth::{AuthScheme, Login};
use super::limits::Pace;
use super::network::NetworkSettings;
use crate::http::{Gzip, Pem, RetryPolicy, Transport};
use crate::line::{NonFinite, Precision};
use crate::query::Profiler;
use crate::write::{Destination, Dialect, WriteOptions};

/// Settings of a [`Client`](crate::Client); begins with [`Client::builder`](crate::Client::builder), ends with
/// [`build`](Self::build).
///
/// ```
/// use std::time::Duration;
/// use influx_core::Client;
///
/// let client = Client::builder("http://localhost:8086")
///     .token("…")
///     .org("my-org")
///     .default_tag("site", "berlin")
///     .connect_timeout(Duration::from_secs(3))
///     .build()?;
/// # Ok::<(), influx_core::Error>(())
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    pub(super) url: String,
    pub(super) login: Login,
    pub(super) org: Option<String>,
    pub(super) dialect: Dialect,
    pub(super) destination: Option<Destination>,
    pub(super) default_tags: Vec<(String, String)>,
    pub(super) tag_order: Vec<String>,
    pub(super) unsigned: Option<bool>,
    pub(super) non_finite: NonFinite,
    pub(super) precision: Precision,
    pub(super) gzip: Option<Gzip>,
    pub(super) retry: RetryPolicy,
    pub(super) write: WriteOptions,
    pub(super) profilers: Vec<Profiler>,
    pub(super) pace: Pace,
    pub(super) user_agent: Option<String>,
    pub(super) headers: Vec<(String, SecretString)>,
    pub(super) network: NetworkSettings,
    pub(super) transport: Option<Arc<dyn Transport>>,
}

impl ClientBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            login: Login::default(),
            org: None,
            dialect: Dialect::default(),
            destination: None,
            default_tags: Vec::new(),
            tag_order: Vec::new(),
            unsigned: None,
            non_finite: NonFinite::default(),
            precision: Precision::default(),
            gzip: None,
            retry: RetryPolicy::new(),
            write: WriteOptions::default(),
            profilers: Vec::new(),
            pace: Pace::default(),
            user_agent: None,
            headers: Vec::new(),
            network: NetworkSettings::default(),
            transport: None,
        }
    }

    // === Who ===

    /// The API token; for InfluxDB 1.8, `user:password`. Default: none, so that no authorisation is sent.
    ///
    /// It is printed nowhere, and taken out of what a server echoes.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.login.token = Some(token.into().into());
        self
    }

    /// The word before the token. Default: [`AuthScheme::Token`].
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.login.scheme = Some(scheme);
        self
    }

    /// Asks a function for the token: before the first request, and again whenever the server answers 401, which heals
    /// a token that was replaced. The same request is then sent once more, if the function gives another token. Default:
    /// none.
    ///
    /// The function runs on the thread that sends; keep it short. What its error says stands in this crate's error: it
    /// must hold no secret.
    ///
    /// ```
    /// use influx_core::Client;
    ///
    /// let client = Client::builder("http://localhost:8086")
    ///     .token_provider(|| Ok(std::fs::read_to_string("/run/secrets/influx-token")?.trim().to_owned()))
    ///     .build()?;
    /// # Ok::<(), influx_core::Error>(())
    /// ```
    pub fn token_provider(
        mut self,
        ask: impl Fn() -> Result<String, Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        self.login.provider = Some(Arc::new(ask));
        self
    }

    /// User and password of InfluxDB 2: the first request signs in, its cookie is sent with all others, and a 401
    /// signs in anew. [`Client::sign_out`](crate::Client::sign_out) ends the session. Default: none.
    pub fn session(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login.session = Some((user.into(), password.into().into()));
        self
    }

    /// User and password with each request, by HTTP's Basic scheme: InfluxDB 1.x, and proxies before a server.
    /// Default: none.
    pub fn basic(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login.basic = Some((user.into(), password.into().into()));
        self
    }

    /// Whether the token, then `user:password`, is sent by HTTP's Basic scheme. Default: no.
    pub fn auth_basic(mut self, basic: bool) -> Self {
        self.login.token_as_basic = basic;
        self
    }

    // === What and where ===

    /// The organisation, by name or id, of destinations that name none. Default: none.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.org = Some(org.into());
        self
    }

    /// How the server is written to. Default: [`Dialect::V2`]; [`Client::detect`](crate::Client::detect) finds it out.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// What [`Client::destination`](crate::Client::destination) returns, for programs that leave the choice to their
    /// configuration. Default: none.
    pub fn destination(mut self, destination: impl Into<Destination>) -> Self {
        self.destination = Some(destination.into());
        self
    }

    /// Adds a tag for every record that has none of that key; the record's own wins. The same key again replaces the
    /// value; an empty value removes it. Default: none.
    pub fn default_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_tags.push((key.into(), value.into()));
        self
    }

    /// The tags that stand first in every line, in this order: see
    /// [`EncodeOptions::tag_order`](crate::EncodeOptions::tag_order). Default: none.
    pub fn tag_order<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.tag_order = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the server has unsigned integers; see
    /// [`EncodeOptions::unsigned`](crate::EncodeOptions::unsigned). Default: yes, but not with [`Dialect::V1`]. Say
    /// no for a 1.8 by the v2 path, or let [`Client::detect`](crate::Client::detect) find it out.
    pub fn unsigned(mut self, unsigned: bool) -> Self {
        self.unsigned = Some(unsigned);
        self
    }

    /// What becomes of NaN and infinities. Default: [`NonFinite::Skip`].
    pub fn non_finite(mut self, non_finite: NonFinite) -> Self {
        self.non_finite = non_finite;
        self
    }

    /// The unit of times where a destination names none. Default: nanoseconds.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Whether and how bodies are compressed. Default: from 1,024 bytes on, at level 2; towards this machine, not.
    pub fn gzip(mut self, gzip: Gzip) -> Self {
        self.gzip = Some(gzip);
        self
    }

    /// How calls and one-shot writes are tried again. Default: [`RetryPolicy::new`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The options of writers that bring none of their own. Default: [`WriteOptions::default`].
    pub fn write_options(mut self, options: WriteOptions) -> Self {
        self.write = options;
        self
    }

    /// What the server measures while it runs Flux queries; see
    /// [`Query::profilers`](crate::query::Query::profilers). Default: nothing.
    pub fn profilers(mut self, profilers: impl IntoIterator<Item = Profiler>) -> Self {
        self.profilers = profilers.into_iter().collect();
        self
    }

    // === How ===

    /// How long a connection may take to open, with its TLS; the limits of the attempt that opens it end it, too.
    /// Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.options.connect_timeout = Some(timeout);
        self
    }

    /// How long one attempt of a write, or of any other call but a query, may take; 1 s for each 50 kB of its body comes
    /// on top. Default: 10 s.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.pace.write = Some(timeout);
        self
    }

    /// How long no byte of an answer may come: before its first, counted from the begin of the attempt, with 1 s more for
    /// each 50 kB of the request's body, and between two. Default: 10 s, or as long as a longer
    /// [`timeout`](Self::timeout) or [`write_timeout`](Self::write_timeout); 30 s for queries, and where the timeout is
    /// `None`. Servers that compute for longer before the first row need a longer one.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.pace.read = Some(timeout);
        self
    }

    /// How long one attempt of any call may take, from its connection to the last byte of the answer; `None` is as long
    /// as bytes come. With [`write_timeout`](Self::write_timeout) or [`query_timeout`](Self::query_timeout), the
    /// shorter one ends it. Default: only those limit it.
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.pace.total = Some(timeout);
        self
    }

    /// How long one attempt of a query may take; `None` is as long as bytes come. Default: `None`.
    pub fn query_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.pace.query = timeout;
        self
    }

    /// How many connections are kept open while they are idle; there may be more while requests are on their way, and
    /// 0 opens one for each request. Default: no limit.
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.network.options.pool_size = Some(connections);
        self
    }

    /// How long an idle connection is kept open. Default: 90 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.network.options.idle_timeout = Some(timeout);
        self
    }

    /// The header `User-Agent`. Default: `influx-core/` and the version.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Adds a header to every request; the same name again replaces the value. Values count as secrets. Headers that
    /// the client sets itself, such as `Authorization`, `Host` and `Content-…`, are refused. Default: none.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into().into()));
        self
    }

    /// The proxy of all requests, `http://host:port` or `http://user:password@host:port`, both percent-encoded. Default:
    /// none; the proxies of the environment (`HTTP_PROXY`) are not used.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.network.proxy = Some(url.into().into());
        self
    }

    /// Adds a header to what is sent to the proxy. Values count as secrets. Default: none.
    pub fn proxy_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.network.proxy_headers.push((name.into(), value.into().into()));
        self
    }

    /// The certificates of the authorities to trust, in a file of PEM; the system's are then not trusted. Default: the
    /// system's.
    pub fn ca_certificate(mut self, pem: impl Into<Pem>) -> Self {
        self.network.tls.ca = Some(pem.into());
        self
    }

    /// The client's own certificate, with those that lead from it to its authority, and its key, both PEM; with the
    /// feature `native-tls`, the key in PKCS #8 form. Default: none.
    pub fn client_certificate(mut self, certificate: impl Into<Pem>, key: impl Into<Pem>) -> Self {
        self.network.tls.client = Some((certificate.into(), key.into()));
        self
    }

    /// The password of the client's key, if that is encrypted: PKCS #8, as `openssl pkcs8 -topk8` writes it. Default:
    /// none.
    pub fn key_password(mut self, password: impl Into<String>) -> Self {
        self.network.tls.key_password = Some(password.into().into());
        self
    }

    /// Whether the server's certificate is checked. Default: yes. Without, anyone on the way can read and change
    /// everything, the token, too; [`build`](Self::build) says so as a warning of `tracing`, or on stderr without that
    /// feature.
    pub fn verify_tls(mut self, verify: bool) -> Self {
        self.network.tls.verify = Some(verify);
        self
    }

    /// Carries the requests in another way than over the network; then settings of the network are errors. Default:
    /// the network, without proxies.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }
}

/// Prints no secret; and not the URL, which `build` has not yet found free of passwords.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("ClientBuilder")
            .field("login", &self.login)
            .field("org", &self.org)
            .field("dialect", &self.dialect)
            .field("destination", &self.destination)
            .field("default_tags", &self.default_tags)
            .field("tag_order", &self.tag_order)
            .field("unsigned", &self.unsigned)
            .field("non_finite", &self.non_finite)
            .field("precision", &self.precision)
            .field("gzip", &self.gzip)
            .field("retry", &self.retry)
            .field("write", &self.write)
            .field("profilers", &self.profilers)
            .field("pace", &self.pace)
            .field("user_agent", &self.user_agent)
            .field("headers", &names)
            .field("network", &self.network)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

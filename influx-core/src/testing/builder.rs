//! What the embedded server is to be.

use std::fmt;
use std::io;
use std::time::Duration;

use super::TestServer;
use super::auth::{Doors, User};
use super::handler::Shared;
use super::listener::Listener;
use super::state::{Config, State};
use super::version::Version;

/// Settings of a [`TestServer`]; begins with [`TestServer::builder`], ends with [`start`](Self::start).
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct TestServerBuilder {
    config: Config,
    /// `None` if the text was none.
    version: Option<Version>,
    buckets: Vec<String>,
    doors: Doors,
    max_body: usize,
}

impl Default for TestServerBuilder {
    fn default() -> Self {
        const MAX_BODY: usize = 256 * 1024 * 1024; // more than any sensible batch, less than a test machine's memory
        let version = Some(Version::default());
        let config = Config {
            version: Version::default(),
            org: None,
            create_buckets: false,
            counting: false,
            retention: None,
            on_stored: None,
        };
        Self { config, version, buckets: Vec::new(), doors: Doors::default(), max_body: MAX_BODY }
    }
}

impl TestServerBuilder {
    /// The version that the server says it is, such as `1.6.7`, `1.8.10`, `v2.7.0` or `3.1.0`, and behaves as.
    /// Default: a 2.7.
    ///
    /// - 1.x has `/write`, and since 1.8 `/api/v2/write`. It stores the good lines of a bad request (400), and asks
    ///   users for their password rather than for a token. `/query` creates, drops and shows databases.
    /// - 2.x has `/api/v2/write`, `/write`, sessions at `/api/v2/signin` and `/api/v2/signout`, and what the
    ///   [module](super) says of administration, deletes and queries.
    /// - 3.x has `/api/v3/write_lp`, which names bad lines by their numbers, `/api/v2/write` and `/write`, and
    ///   `/api/v3/configure/database` and `/table`.
    pub fn version(mut self, version: &str) -> Self {
        self.version = Version::parse(version);
        self
    }

    /// The token that opens the server, beside those of authorizations that are created later; for 1.8,
    /// `user:password`. Default: none is asked for, until the server is set up by `/api/v2/setup`.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.doors.token = Some(token.into());
        self
    }

    /// A user who may write: with Basic authorisation, with `u` and `p` in the query, as a 1.8 token, or by a session.
    pub fn user(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.add_user(name.into(), password.into(), true)
    }

    /// A user who may read, but not write (403), nor change anything else (401).
    pub fn read_only_user(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.add_user(name.into(), password.into(), false)
    }

    fn add_user(mut self, name: String, password: String, may_write: bool) -> Self {
        self.doors.add_user(User { name, password, may_write });
        self
    }

    /// The only organisation there is, until others are created; all others are unknown (404).
    ///
    /// Default: none, and any will do. Then an organisation is there once the API is asked for it by its name, and all
    /// of them have the buckets that no request has created for one of them.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.config.org = Some(org.into());
        self
    }

    /// A bucket that exists from the start, of the configured [`org`](Self::org), or of every one if there is none;
    /// call it again for more. Default: none.
    pub fn bucket(mut self, bucket: impl Into<String>) -> Self {
        self.buckets.push(bucket.into());
        self
    }

    /// Whether a write to an unknown bucket creates it; else it is answered with 404. Default: no.
    pub fn create_buckets(mut self, create: bool) -> Self {
        self.config.create_buckets = create;
        self
    }

    /// Whether only a count for each series and an order-free hash of all lines is kept, for loads of tens of
    /// millions: nothing merges, types are not compared, and there are no [`points`](TestServer::points), so
    /// that queries find nothing and deletes delete nothing.
    /// Default: no.
    pub fn counting(mut self, counting: bool) -> Self {
        self.config.counting = counting;
        self
    }

    /// Called for each line that is stored, in any bucket and each time that it is, before the request is answered. With
    /// [`counting`](Self::counting) a test can thus check millions of lines by itself. It runs on the server's thread, which
    /// it holds up, and must not ask the server anything. Default: nothing.
    ///
    /// ```
    /// # #[cfg(feature = "client")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::{Arc, Mutex};
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let lines = Arc::new(Mutex::new(Vec::new()));
    /// let kept = Arc::clone(&lines);
    /// let server = TestServer::builder().bucket("b").on_stored(move |line| kept.lock().unwrap().push(line.to_owned()));
    /// let server = server.start()?;
    /// let client = Client::builder(server.url()).org("o").build()?;
    /// client.write("b", "m v=1 1\nm v=2 1").wait()?;
    ///
    /// assert_eq!(*lines.lock().unwrap(), ["m v=1 1", "m v=2 1"]);
    /// assert_eq!(server.count("b"), 1, "of two values for one time the last is kept");
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "client"))]
    /// # fn main() {}
    /// ```
    pub fn on_stored(mut self, callback: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.config.on_stored = Some(Listener::new(callback));
        self
    }

    /// How long points are kept: older ones do not fit. Default: for ever.
    pub fn retention(mut self, kept: Duration) -> Self {
        self.config.retention = Some(i64::try_from(kept.as_nanos()).unwrap_or(i64::MAX));
        self
    }

    /// The largest body in bytes; larger ones are answered with 413. 1.x counts the bytes on the wire, the others
    /// count them before and after inflating. Default: 256 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The running server.
    ///
    /// # Errors
    ///
    /// No port, thread or runtime can be had, or the [`version`](Self::version) is none from 1 to 3.
    pub fn start(mut self) -> io::Result<TestServer> {
        let unknown =
            || io::Error::new(io::ErrorKind::InvalidInput, "the version is none of InfluxDB 1, 2 and 3");
        self.config.version = self.version.ok_or_else(unknown)?;
        let state = State::new(&self.config, self.doors, self.max_body, &self.buckets);
        TestServer::run(Shared::new(self.config, state))
    }
}

/// Prints no token.
impl fmt::Debug for TestServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServerBuilder").field("buckets", &self.buckets).finish_non_exhaustive()
    }
}

//! The embedded server: its settings, its thread, and what can be asked of it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::connection::serve;
use super::handler::{Config, RecordedRequest, State, handle};
use super::store::{Bucket, StoredPoint};

/// An InfluxDB 2 for tests, on a loopback port of its own, in memory.
///
/// It runs on a thread of its own with a runtime of its own, so it works in blocking and in async tests alike, and
/// ends when it is dropped; dropping it waits for that thread, which stops at once. Points with equal series and time merge as in InfluxDB; points without a time get the
/// server's. Answers are InfluxDB 2's: one bad line refuses its whole request (400), a field with another type
/// than stored drops its point (422), an unknown bucket is 404, a wrong token 401.
pub struct TestServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    config: Config,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TestServer {
    /// A server that wants no token and creates every bucket that is written to.
    ///
    /// # Errors
    ///
    /// No port, thread or runtime can be had.
    pub fn start() -> io::Result<Self> {
        Self::builder().create_buckets(true).start()
    }

    /// As [`start`](Self::start), but it keeps only counts and a hash; see [`TestServerBuilder::counting`].
    ///
    /// # Errors
    ///
    /// No port, thread or runtime can be had.
    pub fn counting() -> io::Result<Self> {
        Self::builder().create_buckets(true).counting(true).start()
    }

    /// A server with settings.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::default()
    }

    /// The server's address, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All points of a bucket by measurement, tags and time; none in counting mode.
    #[must_use]
    pub fn points(&self, bucket: &str) -> Vec<StoredPoint> {
        self.bucket(bucket, Bucket::points)
    }

    /// The series of a bucket as they were first written (`cpu,host=a`), sorted.
    #[must_use]
    pub fn series(&self, bucket: &str) -> Vec<String> {
        self.counts(bucket).into_keys().collect()
    }

    /// How many points a bucket has; in counting mode, how many lines it got.
    #[must_use]
    pub fn count(&self, bucket: &str) -> u64 {
        self.counts(bucket).values().sum()
    }

    /// How many points each series of a bucket has; in counting mode, how many lines it got.
    #[must_use]
    pub fn counts(&self, bucket: &str) -> BTreeMap<String, u64> {
        self.bucket(bucket, Bucket::counts)
    }

    /// The wrapping sum of [`line_hash`](super::line_hash) over all lines that a bucket has stored.
    #[must_use]
    pub fn hash(&self, bucket: &str) -> u64 {
        self.bucket(bucket, Bucket::hash)
    }

    /// The lines of all writes that were read, stored or not.
    #[must_use]
    pub fn lines_received(&self) -> u64 {
        self.shared.state().lines
    }

    /// The requests that were answered, in order; in counting mode, the last 1,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().requests.iter().cloned().collect()
    }

    /// How many requests were answered.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.shared.state().answered
    }

    /// How many connections were opened.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.state().connections
    }

    fn bucket<T: Default>(&self, name: &str, ask: impl FnOnce(&Bucket) -> T) -> T {
        self.shared.state().buckets.get(name).map(ask).unwrap_or_default()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Prints the address; never the token.
impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// Settings of a [`TestServer`]; begins with [`TestServer::builder`], ends with [`start`](Self::start).
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct TestServerBuilder {
    config: Config,
    buckets: Vec<String>,
}

impl Default for TestServerBuilder {
    fn default() -> Self {
        const MAX_BODY: usize = 256 * 1024 * 1024; // more than any sensible batch, less than a test machine's memory
        let config =
            Config { token: None, org: None, create_buckets: false, counting: false, max_body: MAX_BODY };
        Self { config, buckets: Vec::new() }
    }
}

impl TestServerBuilder {
    /// The only token that may write. Default: none is asked for.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.config.token = Some(token.into());
        self
    }

    /// The only organisation there is. Default: any.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.config.org = Some(org.into());
        self
    }

    /// A bucket that exists from the start; call it again for more. Default: none.
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
    /// millions: nothing merges, types are not compared, and there are no [`points`](TestServer::points).
    /// Default: no.
    pub fn counting(mut self, counting: bool) -> Self {
        self.config.counting = counting;
        self
    }

    /// The largest body in bytes, before and after inflating; larger ones are answered with 413. Default: 256 MiB.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.config.max_body = bytes;
        self
    }

    /// The running server.
    ///
    /// # Errors
    ///
    /// No port, thread or runtime can be had.
    pub fn start(self) -> io::Result<TestServer> {
        let mut state = State::default();
        for name in self.buckets {
            state.buckets.insert(name, Bucket::new(self.config.counting));
        }
        let shared = Arc::new(Shared { config: self.config, state: Mutex::new(state) });
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("influx-test-server".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || run(shared, stopped, &ready)
        })?;
        let address = started.recv().map_err(|_| io::Error::other("the server's thread ended early"))??;
        Ok(TestServer { address, shared, stop: Some(stop), thread: Some(thread) })
    }
}

/// Prints no token.
impl fmt::Debug for TestServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServerBuilder").field("buckets", &self.buckets).finish_non_exhaustive()
    }
}

/// The server's thread: says where it listens, then serves until the other end of `stopped` is dropped.
fn run(
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
    ready: &mpsc::SyncSender<io::Result<SocketAddr>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error))),
    };
    runtime.block_on(async {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let (listener, address) =
            match bound.and_then(|listener| listener.local_addr().map(|a| (listener, a))) {
                Ok(bound) => bound,
                Err(error) => return drop(ready.send(Err(error))),
            };
        if ready.send(Ok(address)).is_err() {
            return;
        }
        loop {
            let accepted = tokio::select! {
                _ = &mut stopped => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await; // out of files: wait for some to close
                continue;
            };
            shared.state().connections += 1;
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let answer = |request, refused| handle(&shared.config, &mut shared.state(), request, refused);
                serve(stream, shared.config.max_body, answer).await;
            });
        }
    });
}

//! The embedded server: its settings, its thread, and what can be asked of it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::net::TcpSocket;
use tokio::sync::oneshot;

use super::TestServerBuilder;
use super::connection::serve;
use super::handler::Shared;
use super::request::RecordedRequest;
use super::script::{Playing, Script};
use super::store::{Bucket, StoredPoint};

/// An InfluxDB 2 for tests, on a loopback port of its own, in memory; or a 1 or 3, by
/// [`version`](TestServerBuilder::version).
///
/// It runs on a thread of its own with a runtime of its own, so it works in blocking and in async tests alike, and
/// ends when it is dropped; dropping it waits for that thread, which stops at once. Points with equal series and time
/// merge as in InfluxDB; points without a time get the server's. Answers are those of the version. InfluxDB 2: one bad
/// line refuses its whole request (400), a field with another type than stored drops its point (422), an unknown bucket
/// is 404, a wrong token 401.
///
/// Ids are the same in every run, and so are the tokens of authorizations. A request may do what its token's or user's
/// kind may: permissions are kept and shown, but not asked for.
///
/// What a server seldom does, a [`Script`] makes it do. [`stop`](Self::stop) and [`restart`](Self::restart) are an
/// outage.
pub struct TestServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    state: Mutex<State>,
}

enum State {
    Running(Running),
    /// The port is kept, so that no other server gets it meanwhile; `None` if that is not possible.
    Stopped(Option<TcpSocket>),
}

/// So many connections may wait to be accepted, as `TcpListener::bind` has it.
const WAITING: u32 = 1024;

/// The thread that serves.
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
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

    /// All points of a bucket, of this name or id, by measurement, tags and time; none in counting mode.
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

    /// The requests that came, in order of their answers; in counting mode, the last 1,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().requests.iter().cloned().collect()
    }

    /// How many requests came and were answered, or not, by a script.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.shared.state().answered
    }

    /// How many connections were opened.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.state().connections
    }

    /// From now on, things go wrong with some requests. Of several scripts, the first that takes a
    /// request has it.
    pub fn script(&self, script: Script) -> Playing {
        self.shared.state().scripts.add(script)
    }

    /// Ends all scripts.
    pub fn clear_scripts(&self) {
        self.shared.state().scripts.clear();
    }

    /// From now on, this token opens the server beside those of authorizations; `None` if none is asked for.
    pub fn set_token(&self, token: Option<&str>) {
        self.shared.state().doors.token = token.map(str::to_owned);
    }

    /// Ends all sessions: who has one must sign in again.
    pub fn end_sessions(&self) {
        self.shared.state().doors.end_sessions();
    }

    /// From now on, larger bodies are answered with 413; see [`TestServerBuilder::max_body`].
    pub fn set_max_body(&self, bytes: usize) {
        self.shared.state().max_body = bytes;
    }

    /// Adds an empty bucket, if there is none of this name. It belongs to the configured organisation, or to all of
    /// them, if none is configured.
    pub fn create_bucket(&self, bucket: &str) {
        self.shared.state().create_bucket(&self.shared.config, bucket);
    }

    /// Stops listening and breaks all connections; connecting is then refused. What is stored stays. Does nothing if
    /// the server is stopped.
    pub fn stop(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Running(Running { stop, thread }) = std::mem::replace(&mut *state, State::Stopped(None))
        {
            drop(stop);
            let _ = thread.join();
            *state = State::Stopped(bind(self.address).ok());
        }
    }

    /// Listens again, on the same port. Does nothing if the server is not stopped.
    ///
    /// # Errors
    ///
    /// Another process has the port by now, or no thread or runtime can be had.
    pub fn restart(&self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Stopped(kept) = &mut *state {
            let socket = kept.take().map_or_else(|| bind(self.address), Ok)?;
            *state = State::Running(Running::start(&self.shared, socket)?);
        }
        Ok(())
    }

    pub(super) fn run(shared: Shared) -> io::Result<Self> {
        let (shared, socket) = (Arc::new(shared), bind((Ipv4Addr::LOCALHOST, 0).into())?);
        let address = socket.local_addr()?;
        let running = Running::start(&shared, socket)?;
        Ok(Self { address, shared, state: Mutex::new(State::Running(running)) })
    }

    fn bucket<T: Default>(&self, name: &str, ask: impl FnOnce(&Bucket) -> T) -> T {
        self.shared.state().buckets.find(None, name).map(|bucket| ask(&bucket.content)).unwrap_or_default()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    /// Serves on a thread of its own.
    fn start(shared: &Arc<Shared>, socket: TcpSocket) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("influx-test-server".to_owned()).spawn({
            let shared = Arc::clone(shared);
            move || run(shared, socket, stopped, &ready)
        })?;
        started.recv().map_err(|_| io::Error::other("the server's thread ended early"))??;
        Ok(Self { stop, thread })
    }
}

/// Takes a port, at which connecting is refused until somebody listens.
fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // as `TcpListener::bind` has it: connections of before may linger
    socket.set_reuseaddr(cfg!(not(windows)))?;
    socket.bind(address)?;
    Ok(socket)
}

/// Prints the address; never the token.
impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// The server's thread: says that it listens, then serves until the other end of `stopped` is dropped.
fn run(
    shared: Arc<Shared>,
    socket: TcpSocket,
    mut stopped: oneshot::Receiver<()>,
    ready: &mpsc::SyncSender<io::Result<()>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error))),
    };
    runtime.block_on(async {
        let listener = match socket.listen(WAITING) {
            Ok(listener) => listener,
            Err(error) => return drop(ready.send(Err(error))),
        };
        if ready.send(Ok(())).is_err() {
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
            tokio::spawn(async move { serve(stream, &shared).await });
        }
    });
}

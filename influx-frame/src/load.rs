//! Files larger than memory: Parquet, CSV, NDJSON and Arrow IPC, read in parallel, sent, and continued after a crash.

mod account;
mod cancel;
mod chunk;
#[cfg(feature = "csv")]
mod csv;
mod error;
#[cfg(any(feature = "csv", feature = "json"))]
mod exact;
mod files;
mod folder;
#[cfg(any(feature = "csv", feature = "json"))]
mod heads;
#[cfg(feature = "parquet")]
mod int96;
#[cfg(feature = "ipc")]
mod ipc;
#[cfg(feature = "json")]
mod json;
#[cfg(any(feature = "parquet", feature = "csv", feature = "json"))]
mod leaves;
mod manifest;
#[cfg(feature = "parquet")]
mod parquet;
mod prepare;
mod progress;
#[cfg(any(feature = "csv", feature = "json"))]
mod records;
mod report;
mod run;
#[cfg(any(feature = "csv", feature = "json"))]
mod text;
mod work;

use std::fmt;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::pin::Pin;
use std::thread::available_parallelism;
use std::time::Duration;

use influx_core::{Client, Destination};

pub use self::cancel::CancelHandle;
use self::error::Cause;
pub use self::error::{FilePlanError, LoadError, LoadErrorKind};
#[cfg(feature = "csv")]
pub use self::files::CsvFiles;
pub use self::files::Files;
#[cfg(feature = "json")]
pub use self::files::JsonFiles;
pub use self::progress::Progress;
pub use self::report::{FailedBy, FailedRow, LoadReport};
use crate::roles::Roles;
use crate::write::sealed;

/// The most threads that are started unasked: each has a chunk of text or a few pages of a row group in memory.
const THREADS: usize = 8;

/// Loads files: a client's method.
pub trait ClientLoadExt: sealed::Sealed {
    /// Loads a file or a folder into a bucket, or a [`Destination`] that says more.
    ///
    /// Nothing happens until the [`Load`] is awaited, or waited for.
    fn load(&self, destination: impl Into<Destination>, files: impl Into<Files>, roles: &Roles) -> Load;
}

impl ClientLoadExt for Client {
    fn load(&self, destination: impl Into<Destination>, files: impl Into<Files>, roles: &Roles) -> Load {
        Load {
            client: self.clone(),
            destination: destination.into(),
            files: files.into(),
            roles: roles.clone(),
            threads: None,
            in_flight: 4,
            in_order: false,
            max_failed: 100_000,
            manifest: None,
            progress: None,
            interval: Duration::from_millis(100),
            cancel: CancelHandle::default(),
        }
    }
}

/// A load that begins when it is awaited, from [`ClientLoadExt::load`].
///
/// Files are read in chunks ([`Files`] says which), on several threads, which also encode the rows. They go out in
/// requests of at most 8,192 rows and about 2 MiB, several at a time. What is in memory does not depend on the size of
/// the files: a few batches of 8,192 rows, pages of Parquet, and requests; but a record batch of Arrow IPC as a whole.
///
/// `Ok` means that every row with a field is stored. A row that cannot be encoded, or that the server rejects, does not
/// stop the others; the error at the end says which rows these are. What time may heal is tried again by the client's
/// [`RetryPolicy`](influx_core::http::RetryPolicy). What concerns all rows ends the load: a wrong token, an outage that
/// lasts longer, a file that cannot be read on.
///
/// With a [`manifest`](Self::manifest), the same load continues later where this one ended, however it ended.
///
#[cfg_attr(feature = "csv", doc = "```")]
#[cfg_attr(not(feature = "csv"), doc = "```ignore")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use influx_core::Client;
/// use influx_core::testing::TestServer;
/// use influx_frame::{Files, ClientLoadExt, Roles};
///
/// # let folder = std::env::temp_dir().join(format!("influx-load-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("rooms.csv");
/// std::fs::write(&path, "room,degrees,at\nhall,18.5,2024-05-01T12:00:00Z\nkitchen,21,2024-05-01T12:00:00Z\n")?;
///
/// let server = TestServer::start()?;
/// let client = Client::builder(server.url()).org("home").build()?;
/// let roles = Roles::new("climate").tag("room").time("at");
/// let report = client.load("rooms", Files::csv(&path), &roles).await?;
///
/// assert_eq!((report.rows, report.stored), (2, 2));
/// assert_eq!(server.series("rooms"), ["climate,room=hall", "climate,room=kitchen"]);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When awaited: a [`LoadError`] of each [kind](LoadErrorKind). Roles are checked against every file first, so
/// that nothing is sent if they do not fit one of them.
///
/// # Cancel safety
///
/// Dropping the future ends the load: the threads stop at the batch that they are at, and whether the server acted on
/// the requests that were on their way is unknown. The manifest then lacks their chunks, so that they are sent again
/// when the load is continued, which changes nothing, as rows carry their own time.
#[must_use = "a load does nothing until it is awaited"]
pub struct Load {
    client: Client,
    destination: Destination,
    files: Files,
    roles: Roles,
    threads: Option<usize>,
    in_flight: usize,
    in_order: bool,
    max_failed: u64,
    manifest: Option<PathBuf>,
    progress: Option<OnProgress>,
    interval: Duration,
    cancel: CancelHandle,
}

type OnProgress = Box<dyn FnMut(&Progress) + Send>;

impl Load {
    /// On how many threads files are read and rows are encoded. Default: as many as the machine has, at most 8.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// How many requests are on their way at the same time, at most. Default: 4.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = requests.max(1);
        self
    }

    /// Whether rows are stored in their order: that of the files' names, and in each file that of its rows. Then one
    /// thread reads, and each request waits for the one before it. Default: no.
    pub fn in_order(mut self, in_order: bool) -> Self {
        self.in_order = in_order;
        self
    }

    /// How many rows may be refused or rejected before the load ends early. They are all in the report, so this bounds
    /// its memory, too. Default: 100,000.
    pub fn max_failed(mut self, rows: u64) -> Self {
        self.max_failed = rows;
        self
    }

    /// A file that says which chunks are done. If it is not there, it is made; if it is, what it says is done is not
    /// sent again, and the report covers that, too. It stays when the load is through: another run then sends nothing.
    ///
    /// It is a file of JSON lines, of a few hundred bytes a chunk. A chunk is written down once the server has
    /// acknowledged, rejected or taken each of its rows, and that is on the disk before it counts. So a load that was
    /// killed sends some rows twice, and never leaves any out.
    ///
    /// A manifest of other files, roles, options or another destination is refused, with what differs. Files are known
    /// by their names, sizes, times of modification and a hash of their ends; chunks of text by a hash of all bytes.
    /// When a load is dropped, it is free once what was being written is on the disk.
    ///
    /// So are roles by which rows have no time of their own, and a manifest that another load holds: it is locked by a
    /// file beside it, whose name ends in `.lock` and which stays. Default: none.
    pub fn manifest(mut self, path: impl Into<PathBuf>) -> Self {
        self.manifest = Some(path.into());
        self
    }

    /// Called when rows have got their verdict, at most once in an [interval](Self::progress_interval), and once at the
    /// end. It holds up the load as long as it runs.
    pub fn on_progress(mut self, show: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(show));
        self
    }

    /// How long it takes at least from one progress report to the next. Default: 100 ms.
    pub fn progress_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// A handle that ends the load from elsewhere.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.cancel.clone()
    }

    /// Loads the files and blocks this thread meanwhile, for code without a runtime.
    ///
    /// # Errors
    ///
    /// Those of the load; and one of the kind [`Delivery`](LoadErrorKind::Delivery) if this thread belongs to a tokio
    /// runtime, whose other tasks it would hold up: use `.await` there.
    pub fn wait(self) -> Result<LoadReport, LoadError> {
        influx_core::__wait(run::run(self))
            .unwrap_or_else(|error| Err(LoadError::new(Cause::delivery(error, None), LoadReport::default())))
    }

    fn threads_or_default(&self) -> usize {
        self.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from).min(THREADS))
    }
}

impl IntoFuture for Load {
    type Output = Result<LoadReport, LoadError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run::run(self))
    }
}

impl fmt::Debug for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load")
            .field("destination", &self.destination)
            .field("files", &self.files)
            .field("threads", &self.threads)
            .field("in_flight", &self.in_flight)
            .field("in_order", &self.in_order)
            .field("max_failed", &self.max_failed)
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

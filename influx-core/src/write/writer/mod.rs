//! The writer: records in, batches out, and one verdict for each.

mod account;
mod admit;
mod budget;
mod callback;
mod close;
mod course;
#[cfg(feature = "spool")]
mod durable;
mod engine;
mod flush;
mod gate;
mod lane;
mod many;
mod observe;
mod queue;
mod receipt;
mod route;
mod scratch;
mod sink;
mod spooling;
mod stats;
mod task;
#[cfg(test)]
mod tests;
mod unsettled;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::admit::Write;
use self::admit::{Entrance, Stop};
pub(crate) use self::callback::Callbacks;
pub use self::close::{Close, CloseReport};
#[cfg(feature = "spool")]
pub use self::durable::Durable;
use self::engine::Engine;
pub use self::flush::{Blocked, Flush, FlushReport};
pub use self::many::{WriteAll, WriteAllError};
pub use self::receipt::{Acked, Acknowledgement, Receipt};
use self::route::Route;
pub use self::sink::WriterSink;
pub(crate) use self::spooling::SpoolSettings;
use self::spooling::Spooling;
pub use self::stats::Stats;
use super::send::HttpDeliver;
use super::{Deliver, Destination, DropReason, Records, WriteOptions};
use crate::client::Client;
use crate::error::Result;
use crate::line::{EncodeOptions, LineBuffer};

/// Takes records, sends them in batches, and sees to it that each gets one verdict.
///
/// A record is encoded when it is written and waits in memory, with others of its destination, until a batch is full
/// or old enough. Batches are sent again while that can help; bad lines in them are found and left out. In the end
/// each record is stored, rejected by the server, or dropped by a limit of the [`WriteOptions`], and the callbacks of
/// these are told. Nothing is lost in silence: [`stats`](Self::stats) always adds up.
///
/// ```
/// # #[cfg(feature = "test-server")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use influx_core::{Client, Point, WriteOptions, testing::TestServer};
///
/// let server = TestServer::builder().bucket("rooms").bucket("alarms").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
///
/// let options = WriteOptions::throughput().on_error(|report, verdict| {
///     eprintln!("{} lines are not stored: {verdict:?}", report.lines);
/// });
/// let rooms = client.writer_with("rooms", options)?;
/// for second in 0..100 {
///     let climate = Point::new("climate").tag("room", "attic").field("degrees", 21.5);
///     rooms.write(&climate.time(influx_core::Seconds(1_700_000_000 + second))).await?;
/// }
/// let alarms = rooms.to("alarms")?;
/// alarms.write("smoke,room=attic level=3i 1700000000000000000").await?;
///
/// let report = rooms.flush(Duration::from_secs(10)).await;
/// assert_eq!((report.stored, report.pending), (101, 0));
/// let report = rooms.close(Duration::from_secs(10)).await;
/// assert!(report.is_stored() && report.stats.is_balanced());
/// assert_eq!((server.count("rooms"), server.count("alarms")), (100, 1));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "test-server"))]
/// # fn main() {}
/// ```
///
/// # Cloning and ending
///
/// A clone is cheap and shares everything; [`to`](Self::to) gives a handle for another destination. Call
/// [`close`](Self::close) before the program ends. When the last handle is dropped without that, records without a
/// verdict are dropped, as `on_error` is told, or stay in the spool.
///
/// # Spool
///
/// With the feature `spool`, `WriteOptions::spool` keeps batches in files, so that records outlive the process, and
/// an outage takes disk in place of memory. Nothing else changes: each batch is written as soon as it is sealed, and sent
/// meanwhile. Once more than half of the memory is in use batches only go into the files, and from there to the server
/// when it takes them again, in their order. Where files are full or cannot be written, sending goes on from memory.
///
/// What has no verdict at the end of the writer stays in the files, if they can be written ([`CloseReport::pending`]), as
/// does everything when the process is killed. The next writer with this directory sends it, to the destinations it was
/// written for, and counts it in [`Stats::recovered`]. Records may be sent twice then: with a time, which a writer gives
/// them, that changes nothing. Files that are damaged cost the records that stood there, which are counted and told
/// ([`DropReason::SpoolCorrupt`]). No token and no address of a server is in them.
///
/// `Receipt::durable` waits until records are in the files. Dropping the last handle waits for the disk, for up to
/// 10 s.
///
/// # Observing
///
/// [`stats`](Self::stats) has all counters. With the feature `tracing` there is a span `influx write` around each attempt
/// (`destination`, `lines`, `bytes`, `attempt`; level debug), and an event for lines that will be sent again (warn, with
/// `delay` and `error`), that are stored (trace), rejected (warn, with `kind` and `status`) or dropped (error, with
/// `possibly_stored`); and, once, for a spool that cannot be written (error, with `path`) or can be again (info). With the
/// feature `metrics` there are these counters, each with the label `destination`, which is the name of its bucket or
/// database:
///
/// | counter | counts | label |
/// | --- | --- | --- |
/// | `influx_writer_records_total` | records with a verdict | `verdict`: `stored`, `rejected`, `dropped` |
/// | `influx_writer_requests_total` | attempts | `attempt`: `first`, `retry` |
/// | `influx_writer_bytes_total` | bytes of the lines in them, before compression | |
///
/// No line, token or password is in any of them.
///
/// # Runtime
///
/// Batches are sent on the tokio runtime in which the writer is made, or, without one, on a thread of this crate.
#[derive(Clone)]
pub struct Writer {
    owner: Arc<Owner>,
    route: Arc<Route>,
}

/// What all handles of a writer share; with the last of them the writer ends.
struct Owner(Arc<Engine>);

impl Drop for Owner {
    fn drop(&mut self) {
        if self.0.closing.get().is_none() {
            self.0.abandon(DropReason::WriterDropped);
            spooling::end_now(&self.0);
        }
    }
}

impl Writer {
    /// A writer that hands its batches to any [`Deliver`]: to a second sink, or into memory in a test. Records are
    /// encoded by `encode`, but for a precision that the destination names, and for what the options say of
    /// [default tags](WriteOptions::default_tag) and [times](WriteOptions::stamp).
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): an option has a value with which nothing could be sent, the destination
    ///   does not suit, or a thread cannot be started.
    /// - [`Spool`](crate::ErrorKind::Spool): another writer has the spool, a newer version made it, or it cannot be read.
    pub fn with_deliver(
        deliver: Arc<dyn Deliver>,
        to: impl Into<Destination>,
        encode: EncodeOptions,
        options: WriteOptions,
    ) -> Result<Self> {
        let to = to.into();
        options.check()?;
        deliver.check(&to)?;
        let spool = spooling::open(&options)?;
        Self::over(deliver, to, encode, options, spool)
    }

    /// With a spool that is open.
    fn over(
        deliver: Arc<dyn Deliver>,
        to: Destination,
        encode: EncodeOptions,
        options: WriteOptions,
        spool: Option<Spooling>,
    ) -> Result<Self> {
        let engine = Arc::new(Engine::new(deliver, encode, options, spool)?);
        let route = engine.route(to)?;
        spooling::start(&engine);
        Ok(Self { owner: Arc::new(Owner(engine)), route })
    }

    /// A handle for another destination. It has a queue of its own, so that one that is blocked or slow holds up no
    /// other; memory, callbacks and the end are shared. Any number of destinations may be used; one that is idle costs
    /// no task and no buffer.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): the destination lacks what the server needs, or has what it cannot do.
    pub fn to(&self, destination: impl Into<Destination>) -> Result<Self> {
        Ok(Self { owner: Arc::clone(&self.owner), route: self.engine().route(destination.into())? })
    }

    /// Where this handle writes to.
    pub fn destination(&self) -> &Destination {
        &self.route.destination
    }

    fn engine(&self) -> &Arc<Engine> {
        &self.owner.0
    }

    fn entrance(&self) -> Entrance<'_> {
        Entrance { engine: self.engine(), route: &self.route }
    }

    /// Writes a record, or a few: all of them or none. `Ok` means that they were taken, not yet that they are stored.
    ///
    /// They are encoded here, and if there is room they are taken here; otherwise the future waits for it.
    ///
    /// # Errors
    ///
    /// - [`Encode`](crate::ErrorKind::Encode): a record cannot be encoded.
    /// - [`Config`](crate::ErrorKind::Config): they are too large for the queue, or ready lines have another
    ///   precision than the destination.
    /// - [`Full`](crate::ErrorKind::Full): there is no room, with [`Overflow::Reject`](super::Overflow::Reject).
    /// - [`Closed`](crate::ErrorKind::Closed): the writer is closed.
    ///
    /// # Cancel safety
    ///
    /// See [`Write`].
    #[inline]
    pub fn write<R: Records + ?Sized>(&self, records: &R) -> Write {
        self.entrance().write(records)
    }

    /// As [`write`](Self::write), with a [`Receipt`] by which the end of these records is known. It costs no
    /// allocation a record, but one a batch.
    ///
    /// # Errors
    ///
    /// Those of [`write`](Self::write).
    pub fn write_receipt<R: Records + ?Sized>(&self, records: &R) -> Write<Receipt> {
        self.entrance().write(records)
    }

    /// As [`write`](Self::write), but without ever waiting.
    ///
    /// # Errors
    ///
    /// Those of [`write`](Self::write), and [`Full`](crate::ErrorKind::Full) wherever it would wait.
    #[inline]
    pub fn try_write<R: Records + ?Sized>(&self, records: &R) -> Result<()> {
        let entrance = self.entrance();
        entrance.offer(records).map_err(|stop| match stop {
            Stop::Refused(error) => error,
            Stop::Wait(held) => entrance.full(held),
        })
    }

    /// An empty buffer that encodes as this writer does: [`append`](Self::append) takes its lines as they are.
    #[must_use]
    pub fn line_buffer(&self) -> LineBuffer {
        self.route.encoding.buffer()
    }

    /// Takes lines that are ready: a frame's, or those of a callback's report. They are taken as they are, but for
    /// default tags, an order of tags, and the times of lines that have none (see [`WriteOptions::stamp`]); the buffer
    /// itself stays as it is. Otherwise as [`write`](Self::write).
    ///
    /// # Errors
    ///
    /// Those of [`write`](Self::write).
    pub fn append(&self, lines: &LineBuffer) -> Write {
        self.entrance().write(lines)
    }

    /// Sends what is queued now and waits until everything that was written before this call, to any destination of
    /// this writer, has its verdict.
    ///
    /// It returns earlier when the timeout passes (`None`: there is none) or when a destination takes nothing; the
    /// [report](FlushReport) says so, and how many records wait.
    ///
    /// # Cancel safety
    ///
    /// The sending is begun at the call. Dropping the future changes nothing.
    pub fn flush(&self, timeout: impl Into<Option<Duration>>) -> Flush {
        Flush::new(self.engine(), timeout.into())
    }

    /// Ends the writer with all its handles: takes no more records, sends what there is and tries again, until
    /// everything has its verdict or the deadline passes (`None`: [`max_close_wait`](WriteOptions::max_close_wait)).
    /// What is left then is dropped, as `on_error` is told, or stays in the spool, which is let go. It waits for the
    /// callbacks, too: until the deadline, and for a second at least.
    ///
    /// A second call waits for the first, whatever its deadline.
    ///
    /// # Cancel safety
    ///
    /// The writer closes from the call on, in a task of its own. Dropping the future changes nothing.
    pub fn close(&self, deadline: impl Into<Option<Duration>>) -> Close {
        Close::new(self.engine(), deadline.into())
    }

    /// The counters of this writer, over all destinations.
    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats::of(self.engine())
    }

    /// The counters of this handle's destination. Records of earlier runs are among them once it is their turn to be
    /// sent.
    #[must_use]
    pub fn destination_stats(&self) -> Stats {
        Stats::of_route(self.engine(), &self.route)
    }
}

impl Client {
    /// A [`Writer`] to a destination of this client's server, with the client's write options.
    ///
    /// # Errors
    ///
    /// Those of [`writer_with`](Self::writer_with).
    pub fn writer(&self, to: impl Into<Destination>) -> Result<Writer> {
        self.writer_with(to, self.write_options().clone())
    }

    /// A [`Writer`] with options of its own.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the destination lacks what the server needs (an organisation) or has what
    ///   it cannot do, an option has a value with which nothing could be sent, or a thread cannot be started.
    /// - [`Spool`](crate::ErrorKind::Spool): another writer has the spool, a newer version made it, or it cannot be read.
    pub fn writer_with(&self, to: impl Into<Destination>, options: WriteOptions) -> Result<Writer> {
        let deliver = Arc::new(HttpDeliver::new(self.clone()));
        Writer::with_deliver(deliver, to, self.encode_options().clone(), options)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("destination", self.destination())
            .field("options", &self.engine().options)
            .finish_non_exhaustive()
    }
}

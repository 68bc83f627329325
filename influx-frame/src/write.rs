//! Frames through a client or a writer, and what became of each row.
//!
//! [`ClientFrameExt`] writes in one call, which ends when each row has its verdict. [`WriterFrameExt`] hands the rows to
//! a [`Writer`], whose batches, retries, limits and callbacks are theirs then as those of records.

pub(crate) mod account;
mod ahead;
mod by_client;
mod by_writer;
mod error;
mod frames;
mod job;
mod receipt;
mod report;

use std::error::Error;

use futures_core::Stream;
use influx_core::{Client, Destination, Writer};

pub use self::error::{FrameWriteError, FrameWriteErrorKind};
use self::frames::Frames;
pub use self::job::{FrameWrite, FrameWriteFuture};
pub use self::receipt::{FrameAcked, FrameReceipt};
pub use self::report::{DroppedRows, FrameReport, RejectedRow};
use crate::frame::Frame;
use crate::roles::Roles;

/// Writing frames by a [`Client`].
///
/// The rows are encoded on a thread of their own, piece by piece, and each piece is one
/// [`Client::write`], in the order of the rows: while one is sent, the next is encoded. A piece has 8,192 rows or
/// 2 MiB at most; about four of them are in memory, however long the frames are.
///
/// A row that cannot be encoded, or that the server rejects, stops no other. What concerns all of them does: roles that do
/// not fit, a source that fails, a wrong token, a missing bucket, an outage that outlasts the client's
/// [`RetryPolicy`](influx_core::http::RetryPolicy).
///
#[cfg_attr(feature = "arrow", doc = "```")]
#[cfg_attr(not(feature = "arrow"), doc = "```ignore")]
/// use std::sync::Arc;
///
/// use arrow_array::{Float64Array, Int64Array, RecordBatch, StringArray};
/// use influx_core::{Client, Precision, testing::TestServer};
/// use influx_frame::{ClientFrameExt, Roles};
///
/// let server = TestServer::builder().bucket("rooms").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
///
/// let batch = RecordBatch::try_from_iter([
///     ("room", Arc::new(StringArray::from(vec!["attic", "cellar"])) as _),
///     ("degrees", Arc::new(Float64Array::from(vec![21.5, 12.0])) as _),
///     ("at", Arc::new(Int64Array::from(vec![1_700_000_000, 1_700_000_060])) as _),
/// ])?;
/// let roles = Roles::new("climate").tag("room").time_in("at", Precision::Seconds);
/// let report = client.write_frame("rooms", &batch, &roles).wait()?;
///
/// assert_eq!((report.rows, report.stored), (2, 2));
/// assert_eq!(server.series("rooms"), ["climate,room=attic", "climate,room=cellar"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ClientFrameExt: sealed::Sealed {
    /// Writes all rows of a frame. `Ok` means that the server has stored every row that has a field.
    ///
    /// # Errors
    ///
    /// When awaited: [`FrameWriteError`], with the report of what became of each row until then.
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frame<F: Frame>(
        &self,
        to: impl Into<Destination>,
        frame: &F,
        roles: &Roles,
    ) -> FrameWrite<FrameReport>;

    /// Writes frames that come one after the other, such as the batches of a reader. Their rows are numbered through.
    ///
    /// The iterator is asked on a thread where it may block.
    ///
    /// # Errors
    ///
    /// When awaited: as [`write_frame`](Self::write_frame); and an error of the iterator, behind which nothing is read.
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frames<F, E, I>(
        &self,
        to: impl Into<Destination>,
        frames: I,
        roles: &Roles,
    ) -> FrameWrite<FrameReport>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>>,
        I: IntoIterator<Item = Result<F, E>>,
        I::IntoIter: Send + 'static;

    /// Writes frames as they come from a stream. It is asked for the next one while rows are sent, and is one frame ahead
    /// at most.
    ///
    /// # Errors
    ///
    /// When awaited: as [`write_frames`](Self::write_frames).
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frame_stream<F, E, S>(
        &self,
        to: impl Into<Destination>,
        frames: S,
        roles: &Roles,
    ) -> FrameWrite<FrameReport>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
        S: Stream<Item = Result<F, E>> + Send + 'static;
}

/// Handing frames to a [`Writer`].
///
/// The rows are encoded on a thread of their own, piece by piece, and taken by the writer in their order. Whether there
/// is room for them, how they are batched, how often they are tried again and what its callbacks hear of them is the same
/// as of records.
///
#[cfg_attr(feature = "arrow", doc = "```")]
#[cfg_attr(not(feature = "arrow"), doc = "```ignore")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use arrow_array::{Int64Array, RecordBatch};
/// use influx_core::{Client, Precision, testing::TestServer};
/// use influx_frame::{Roles, WriterFrameExt};
///
/// let server = TestServer::builder().bucket("machines").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
/// let writer = client.writer("machines")?;
///
/// let batch = RecordBatch::try_from_iter([
///     ("jobs", Arc::new(Int64Array::from(vec![Some(3), None, Some(5)])) as _),
///     ("at", Arc::new(Int64Array::from(vec![1, 2, 3])) as _),
/// ])?;
/// let roles = Roles::new("queue").time_in("at", Precision::Seconds);
/// let taken = writer.write_frame(&batch, &roles).await?;
/// let report = taken.acked().await?;
/// assert_eq!((report.rows, report.stored, report.empty), (3, 2, 1));
/// # Ok(())
/// # }
/// ```
pub trait WriterFrameExt: sealed::Sealed {
    /// Hands all rows of a frame to the writer. `Ok` means that every row that has a field was taken, not yet that it is
    /// stored: the [receipt](FrameReceipt) says that.
    ///
    /// # Errors
    ///
    /// When awaited: [`FrameWriteError`]. Rows that cannot be encoded stop no other; they are said when all others were
    /// taken. The error has the receipt of these.
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frame<F: Frame>(&self, frame: &F, roles: &Roles) -> FrameWrite<FrameReceipt>;

    /// Hands over frames that come one after the other, such as the batches of a reader. Their rows are numbered through.
    ///
    /// The iterator is asked on a thread where it may block.
    ///
    /// # Errors
    ///
    /// When awaited: as [`write_frame`](Self::write_frame); and an error of the iterator, behind which nothing is read.
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frames<F, E, I>(&self, frames: I, roles: &Roles) -> FrameWrite<FrameReceipt>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>>,
        I: IntoIterator<Item = Result<F, E>>,
        I::IntoIter: Send + 'static;

    /// Hands over frames as they come from a stream. It is asked for the next one while rows wait for room, and is one
    /// frame ahead at most.
    ///
    /// # Errors
    ///
    /// When awaited: as [`write_frames`](Self::write_frames).
    ///
    /// # Cancel safety
    ///
    /// See [`FrameWrite`].
    fn write_frame_stream<F, E, S>(&self, frames: S, roles: &Roles) -> FrameWrite<FrameReceipt>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
        S: Stream<Item = Result<F, E>> + Send + 'static;
}

impl ClientFrameExt for Client {
    fn write_frame<F: Frame>(
        &self,
        to: impl Into<Destination>,
        frame: &F,
        roles: &Roles,
    ) -> FrameWrite<FrameReport> {
        by_client::prepare(self, to.into(), Frames::one(frame.clone()), roles)
    }

    fn write_frames<F, E, I>(
        &self,
        to: impl Into<Destination>,
        frames: I,
        roles: &Roles,
    ) -> FrameWrite<FrameReport>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>>,
        I: IntoIterator<Item = Result<F, E>>,
        I::IntoIter: Send + 'static,
    {
        by_client::prepare(self, to.into(), Frames::of(frames.into_iter()), roles)
    }

    fn write_frame_stream<F, E, S>(
        &self,
        to: impl Into<Destination>,
        frames: S,
        roles: &Roles,
    ) -> FrameWrite<FrameReport>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
        S: Stream<Item = Result<F, E>> + Send + 'static,
    {
        by_client::prepare(self, to.into(), Frames::stream(frames), roles)
    }
}

impl WriterFrameExt for Writer {
    fn write_frame<F: Frame>(&self, frame: &F, roles: &Roles) -> FrameWrite<FrameReceipt> {
        by_writer::prepare(self, Frames::one(frame.clone()), roles)
    }

    fn write_frames<F, E, I>(&self, frames: I, roles: &Roles) -> FrameWrite<FrameReceipt>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>>,
        I: IntoIterator<Item = Result<F, E>>,
        I::IntoIter: Send + 'static,
    {
        by_writer::prepare(self, Frames::of(frames.into_iter()), roles)
    }

    fn write_frame_stream<F, E, S>(&self, frames: S, roles: &Roles) -> FrameWrite<FrameReceipt>
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
        S: Stream<Item = Result<F, E>> + Send + 'static,
    {
        by_writer::prepare(self, Frames::stream(frames), roles)
    }
}

pub(crate) mod sealed {
    /// Keeps the traits to this crate's types, so that they can grow.
    pub trait Sealed {}

    impl Sealed for influx_core::Client {}
    impl Sealed for influx_core::Writer {}
}

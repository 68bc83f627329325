//! Data frames into InfluxDB by the roles of their columns, and query results back into frames.
//!
//! (The module documentation is written with the modules.)
#![allow(
    private_interfaces,
    reason = "the trait of the frames is sealed: nobody outside can call what it is made of"
)]

#[cfg(feature = "arrow")]
pub mod arrow;
mod build;
mod column;
mod encode;
mod frame;
#[cfg(all(feature = "client", any(feature = "parquet", feature = "csv", feature = "json", feature = "ipc")))]
pub mod load;
mod plan;
#[cfg(feature = "polars")]
pub mod polars;
mod policy;
#[cfg(feature = "client")]
mod read;
#[cfg(any(feature = "polars", feature = "arrow"))]
mod records;
mod roles;
#[cfg(all(feature = "client", any(feature = "polars", feature = "arrow")))]
mod scalar;
mod schema;
#[cfg(feature = "client")]
mod write;
mod zone;

pub use encode::{Encoder, FrameSourceError, Piece, Pieces, RefusedRow};
pub use frame::Frame;
#[cfg(all(
    feature = "client",
    any(feature = "parquet", feature = "csv", feature = "json", feature = "ipc")
))]
pub use load::{ClientLoadExt, Files};
pub use plan::{ColumnRole, Plan, PlanError, Problem};
pub use policy::{Ambiguous, BinaryAs, DecimalAs, IntegerKind, OnEmpty, OnNull, OnNullTime, TemporalAs};
#[cfg(feature = "client")]
pub use read::{Concat, FrameOutput, FrameQuery, FrameStream, QueryFrame, QueryFrames, ReadFrame};
#[cfg(all(feature = "client", feature = "parquet"))]
pub use read::{ParquetBatches, ParquetQuery, QueryParquet};
#[cfg(any(feature = "polars", feature = "arrow"))]
pub use records::RecordsError;
pub use roles::Roles;
pub use schema::{ColumnType, FrameColumn, FrameSchema};
#[cfg(feature = "client")]
pub use write::{
    ClientFrameExt, DroppedRows, FrameAcked, FrameReceipt, FrameReport, FrameWrite, FrameWriteError,
    FrameWriteErrorKind, FrameWriteFuture, RejectedRow, WriterFrameExt,
};

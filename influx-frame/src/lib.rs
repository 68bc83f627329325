//! Data frames into InfluxDB by the roles of their columns, and query results back into frames: Polars and Arrow.
//!
#![cfg_attr(all(feature = "polars", feature = "client"), doc = "```")]
#![cfg_attr(not(all(feature = "polars", feature = "client")), doc = "```ignore")]
//! use influx_core::testing::TestServer;
//! use influx_core::{Client, Precision};
//! use influx_frame::{ClientFrameExt, QueryFrames, Roles};
//! use polars::prelude::{DataFrame, df};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // An embedded server; put the URL of a real one in its place.
//!     let server = TestServer::builder().token("secret").bucket("home").start()?;
//!     let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
//!
//!     let frame = df![
//!         "room" => ["kitchen", "hall", "attic"],
//!         "degrees" => [Some(21.5), Some(18.0), None],
//!         "at" => [1_700_000_000_i64, 1_700_000_000, 1_700_000_060],
//!     ]?;
//!     let roles = Roles::new("climate").tag("room").time_in("at", Precision::Seconds);
//!     let report = client.write_frame("home", &frame, &roles).await?;
//!     // a row without any field has no line, and is counted
//!     assert_eq!((report.rows, report.stored, report.empty), (3, 2, 1));
//!
//!     let query = client.query(r#"from(bucket: "home") |> range(start: 0)"#);
//!     let stored: DataFrame = query.frame().pivoted().await?;
//!     assert_eq!(stored.height(), 2);
//!     Ok(())
//! }
//! ```
//!
//! # Concepts
//!
//! **Roles.** [`Roles`] say which column is the measurement, which are tags and fields, and which is the time, and what
//! becomes of nulls, NaN, empty strings, decimals, bytes and times of wall clocks. For a type with
//! `#[derive(Measurement)]` they are [`Roles::of`] it. A [`Plan`] checks them against a frame's columns before the first
//! byte, and tells everything that does not fit at once.
//!
//! **Frames.** A [`Frame`] is a `DataFrame` or a `Series` of structs of Polars, or a `RecordBatch` of Arrow; what gives one
//! after the other (a reader, a lazy frame in batches, a C stream) is an iterator of them. Columns are read where they lie,
//! of every type: see the modules [`polars`] and [`arrow`]. Records of derived types become frames and frames records there.
//!
//! **Lines.** [`Pieces`] are the lines of frames, on one thread or several, in the order of the rows, byte for byte those
//! of a [`Point`](influx_core::Point) with the same data. A row that cannot be encoded, or has no field, has no line; it is
//! kept by its number, and stops no other.
//!
//! **Writing.** `write_frame` of a client or a writer (`ClientFrameExt`, `WriterFrameExt`) sends them, in bounded memory, and
//! reports of each row how it ended, by number. `load` (`ClientLoadExt`) does so with Parquet, CSV, NDJSON and Arrow IPC
//! files that are larger than memory, in parallel, and goes on where it ended after a crash.
//!
//! **Reading.** `frame` and `frames` of any query (`QueryFrames`) are its answer as frames, typed by its annotations.
//! InfluxDB 3 can answer in Parquet, which becomes batches without a look at the rows.
//!
//! # Features
//!
//! | feature | default | brings | packages |
//! | --- | --- | --- | --- |
//! | `polars` | yes | `DataFrame`, `Series` of structs | 123 |
//! | `lazy` | no | `polars::batches` of a `LazyFrame`, which is collected in memory | 153 |
//! | `polars-streaming` | no | the same by the streaming engine, in bounded memory; Polars ties it to a network stack of its own | 267 |
//! | `arrow` | no | `RecordBatch`, readers and streams of them, the C stream interface | 38 |
//! | `parquet` | no | Parquet files, and answers of InfluxDB 3 in Parquet (Snappy, LZ4); turns on `arrow` | 52 |
//! | `csv`, `json`, `ipc` | no | CSV, NDJSON and Arrow IPC files; turn on `arrow` | 64, 62, 49 |
//! | `zstd` | no | Zstandard in Parquet and IPC files: a library in C | 60 |
//! | `client` | yes | writing, loading and reading by a client of `influx-core`; without it the crate encodes only | |
//!
//! Packages are counted by `cargo tree -e normal,build`, this crate and the encoder included, without `client`. The Arrow crates may be of
//! version 59 or 60. Polars needs Rust 1.95, all else 1.88.
//!
#![cfg_attr(not(feature = "polars"), doc = "[`polars`]: #features")]
#![cfg_attr(not(feature = "arrow"), doc = "[`arrow`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(any(feature = "polars", feature = "arrow")),
    allow(
        dead_code,
        reason = "without a library there are no frames to read, and roles and plans alone are of use"
    )
)]
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

//! Arrow: record batches that are written, and batches that are read.
//!
//! A [`RecordBatch`] is a [`Frame`]. What consists of batches is written as an iterator of
//! `Result<RecordBatch, E>`:
//!
//! | source | iterator |
//! | --- | --- |
//! | `Vec<RecordBatch>` | `batches.into_iter().map(Ok::<_, ArrowError>)` |
//! | `&[RecordBatch]` | `batches.iter().cloned().map(Ok::<_, ArrowError>)`; a clone copies no data |
//! | a [`RecordBatchReader`](arrow_array::RecordBatchReader): of Parquet, CSV, JSON, IPC | itself |
//! | the C stream interface: pyarrow, Polars, DuckDB, ADBC | `RecordBatchStreamReader::try_new(stream)?`, called `ArrowArrayStreamReader` before Arrow 60.1 |
//!
#![cfg_attr(feature = "client", doc = "```")]
#![cfg_attr(not(feature = "client"), doc = "```ignore")]
//! # async fn run(
//! #     client: influx_core::Client,
//! #     reader: impl arrow_array::RecordBatchReader + Send + 'static,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use influx_frame::{ClientFrameExt, Roles};
//!
//! // of Parquet, of CSV, over the C interface: one batch after the other, in bounded memory
//! let roles = Roles::new("climate").tag("room").time("at");
//! let report = client.write_frames("home", reader, &roles).await?;
//! println!("{} of {} rows are stored", report.stored, report.rows);
//! # Ok(())
//! # }
//! ```
//!
//! A stream over the C interface arrives as a pointer, which only unsafe code can take over, by
//! [`FFI_ArrowArrayStream::from_raw`](arrow_array::ffi_stream::FFI_ArrowArrayStream::from_raw). From there on all is
//! safe.
//!
//! Columns are read where they lie: slices, offsets, dictionaries with nulls in keys or in values, structs that are null
//! though their members are not. `Date64`, which may hold a time of day, is a timestamp in milliseconds; an extension
//! type is what its storage is; dictionaries of anything but text are what their values are.

mod build;
mod column;
mod column_type;
mod records;

use std::ops::Range;

use arrow_array::RecordBatch;

pub use self::build::GROUP;
pub use self::records::from_records;
#[cfg(feature = "client")]
pub use self::records::to_records;
use crate::frame::{Block, Frame, sealed};
use crate::schema::FrameSchema;

impl Frame for RecordBatch {
    fn frame_schema(&self) -> FrameSchema {
        let fields = self.schema_ref().fields();
        FrameSchema { columns: fields.iter().map(|field| column_type::column(field)).collect() }
    }

    fn frame_rows(&self) -> usize {
        self.num_rows()
    }
}

impl sealed::Frame for RecordBatch {
    fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>> {
        column::blocks(self, columns, rows)
    }
}

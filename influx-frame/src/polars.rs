//! Polars: frames that are written, and frames that are read.
//!
//! A [`DataFrame`] is a [`Frame`], and so is a [`Series`] of structs, whose members are the columns.
//! Columns are read where they lie, chunk by chunk. A `LazyFrame` comes as frames one after the other, by `batches` of
//! the feature `lazy`.
//!
//! Categories and enums are text; `Object`, lists, arrays and extension types cannot be written, and a plan says so.

mod build;
mod column;
mod column_type;
#[cfg(feature = "polars-streaming")]
mod engine;
#[cfg(feature = "lazy")]
mod lazy;
mod records;

use std::ops::Range;

use ::polars::prelude::{DataFrame, DataType, Series};

use self::column::Member;
#[cfg(feature = "lazy")]
pub use self::lazy::{Batches, batches};
pub use self::records::from_records;
#[cfg(feature = "client")]
pub use self::records::to_records;
use crate::frame::{Block, Frame, sealed};
use crate::schema::FrameSchema;

impl Frame for DataFrame {
    fn frame_schema(&self) -> FrameSchema {
        let columns = self.columns().iter();
        FrameSchema {
            columns: columns.map(|column| column_type::column(column.name(), column.dtype())).collect(),
        }
    }

    fn frame_rows(&self) -> usize {
        self.height()
    }
}

impl sealed::Frame for DataFrame {
    fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>> {
        let of = |at: usize| self.columns()[at].as_materialized_series();
        column::blocks(columns.iter().map(|path| Member::new(of(path[0]), &path[1..])).collect(), rows)
    }
}

/// A series of structs is a frame of its members; where a struct is null, all of them are. Any other series is a frame
/// of one column.
impl Frame for Series {
    fn frame_schema(&self) -> FrameSchema {
        let columns = match self.dtype() {
            DataType::Struct(fields) => {
                fields.iter().map(|field| column_type::column(field.name(), field.dtype())).collect()
            }
            other => vec![column_type::column(self.name(), other)],
        };
        FrameSchema { columns }
    }

    fn frame_rows(&self) -> usize {
        self.len()
    }
}

impl sealed::Frame for Series {
    fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>> {
        column::blocks(columns.iter().map(|path| Member::new(self, path)).collect(), rows)
    }
}

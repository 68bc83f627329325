//! Polars: frames that are written, and frames that are read.

mod column;

use std::ops::Range;

use ::polars::prelude::DataFrame;

use crate::frame::{Block, sealed};
use crate::schema::{FrameColumn, FrameSchema};

impl sealed::Frame for DataFrame {
    fn frame_schema(&self) -> FrameSchema {
        let column = |column: &::polars::prelude::Column| FrameColumn {
            name: column.name().to_string(),
            ty: column::type_of(column.dtype()),
        };
        FrameSchema { columns: self.columns().iter().map(column).collect() }
    }

    fn frame_rows(&self) -> usize {
        self.height()
    }

    fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>> {
        column::blocks(self, columns, rows)
    }
}

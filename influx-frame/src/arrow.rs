//! Arrow: record batches that are written, and batches that are read.

mod column;

use std::ops::Range;

use arrow_array::RecordBatch;

use crate::frame::{Block, sealed};
use crate::schema::{FrameColumn, FrameSchema};

impl sealed::Frame for RecordBatch {
    fn frame_schema(&self) -> FrameSchema {
        let column = |field: &arrow_schema::FieldRef| FrameColumn {
            name: field.name().clone(),
            ty: column::type_of(field.data_type()),
        };
        FrameSchema { columns: self.schema_ref().fields().iter().map(column).collect() }
    }

    fn frame_rows(&self) -> usize {
        self.num_rows()
    }

    fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>> {
        column::blocks(self, columns, rows)
    }
}

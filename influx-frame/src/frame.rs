//! What can be written: frames of the libraries.

use std::ops::Range;

use crate::column::Column;
use crate::schema::FrameSchema;

/// A frame whose columns this crate can read: Polars' `DataFrame` and `Series` of structs, Arrow's `RecordBatch`.
///
/// It cannot be implemented for other types.
pub trait Frame: sealed::Frame + Clone + Send + Sync + 'static {
    /// The names and types of its columns.
    fn schema(&self) -> FrameSchema {
        self.frame_schema()
    }

    /// How many rows it has.
    fn rows(&self) -> usize {
        self.frame_rows()
    }
}

impl<F: sealed::Frame + Clone + Send + Sync + 'static> Frame for F {}

/// Rows of a frame in which no column has a seam: what its columns hold there.
pub(crate) struct Block<'a> {
    /// Which rows of the frame.
    pub(crate) rows: Range<usize>,
    /// The columns that were asked for, in that order. Their row 0 is the first of the rows.
    pub(crate) columns: Vec<Column<'a>>,
}

pub(crate) mod sealed {
    use super::{Block, FrameSchema, Range};

    pub trait Frame {
        fn frame_schema(&self) -> FrameSchema;
        fn frame_rows(&self) -> usize;
        /// Some rows of the columns at these places, in blocks without gaps. A place is a path: of the column, and in a
        /// struct of its member, and so on. Types are those of [`frame_schema`](Self::frame_schema).
        fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>>;
    }
}

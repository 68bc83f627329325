//! What can be written: frames of the libraries.

use std::ops::Range;

use crate::column::Column;
use crate::schema::FrameSchema;

/// A frame whose columns this crate can read: Polars' `DataFrame` and `Series` of structs, Arrow's `RecordBatch`.
///
/// It cannot be implemented for other types.
pub trait Frame: sealed::Frame + Clone + Send + Sync + 'static {
    /// The names and types of its columns.
    fn frame_schema(&self) -> FrameSchema;

    /// How many rows it has.
    fn frame_rows(&self) -> usize;
}

/// Rows of a frame in which no column has a seam: what its columns hold there.
pub(crate) struct Block<'a> {
    /// Which rows of the frame.
    pub(crate) rows: Range<usize>,
    /// The columns that were asked for, in that order. Their row 0 is the first of the rows.
    pub(crate) columns: Vec<Column<'a>>,
}

pub(crate) mod sealed {
    use super::{Block, Range};

    pub trait Frame {
        /// Some rows of the columns at these places, in blocks without gaps. A place is a path: of the column, and in a
        /// struct of its member, and so on. Types are those of [`frame_schema`](super::Frame::frame_schema).
        fn blocks(&self, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'_>>;
    }
}

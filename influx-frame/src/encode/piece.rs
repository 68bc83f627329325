//! Lines, and the numbers of the rows that they are of.

use std::iter::Peekable;
use std::ops::Range;

use influx_core::{EncodeError, LineBuffer};

/// Lines of some rows of a frame.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Piece {
    /// The lines, in the order of the rows.
    pub lines: LineBuffer,
    /// The numbers of the rows; the first row of the first frame is 0.
    pub rows: Range<u64>,
    /// Rows without any field, which have no line: ascending.
    pub empty: Vec<u64>,
    /// Rows that cannot be encoded, and have no line: ascending.
    pub refused: Vec<RefusedRow>,
}

/// A row that cannot be encoded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RefusedRow {
    /// Its number.
    pub row: u64,
    /// Why. It names the tag or field, whose column may be called otherwise.
    pub error: EncodeError,
}

impl Piece {
    /// An empty one, whose lines are encoded as those of `lines`, which is empty.
    #[must_use]
    pub fn new(lines: LineBuffer) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Empties it, and keeps its memory.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.rows = 0..0;
        self.empty.clear();
        self.refused.clear();
    }

    /// The number of the row that a line is of; the first line is 0.
    #[must_use]
    pub fn row_of(&self, line: usize) -> u64 {
        self.rows_of([line]).next().unwrap_or(self.rows.end)
    }

    /// The numbers of the rows that some lines are of, which ascend. In one pass over all of them.
    pub fn rows_of<I: IntoIterator<Item = usize>>(&self, lines: I) -> impl Iterator<Item = u64> {
        let mut missing = self.missing();
        let mut before = 0;
        lines.into_iter().map(move |line| {
            let row = |before: u64| self.rows.start + line as u64 + before;
            while missing.next_if(|missing| *missing <= row(before)).is_some() {
                before += 1;
            }
            row(before)
        })
    }

    /// The rows without a line, ascending.
    fn missing(&self) -> Peekable<impl Iterator<Item = u64>> {
        let mut empty = self.empty.iter().copied().peekable();
        let mut refused = self.refused.iter().map(|refused| refused.row).peekable();
        std::iter::from_fn(move || match (empty.peek(), refused.peek()) {
            (Some(one), Some(other)) if one > other => refused.next(),
            (Some(_), _) => empty.next(),
            (None, _) => refused.next(),
        })
        .peekable()
    }
}

#[cfg(test)]
mod tests {
    use influx_core::EncodeErrorKind;

    use super::*;

    #[test]
    fn lines_are_of_the_rows_that_have_one() {
        let refused = |row| RefusedRow {
            row,
            error: LineBuffer::new().push(&influx_core::Point::new("m")).unwrap_err(),
        };
        assert!(matches!(refused(0).error.kind(), EncodeErrorKind::NoFields));
        let piece = Piece {
            rows: 10..20,
            empty: vec![10, 13, 19],
            refused: vec![refused(11), refused(14), refused(16)],
            ..Piece::default()
        };
        let rows = [12, 15, 17, 18];
        assert_eq!(piece.rows_of(0..4).collect::<Vec<_>>(), rows);
        assert_eq!(piece.rows_of([1, 1, 3]).collect::<Vec<_>>(), [15, 15, 18]);
        for (line, row) in rows.into_iter().enumerate() {
            assert_eq!(piece.row_of(line), row);
        }
        let whole = Piece { rows: 3..6, ..Piece::default() };
        assert_eq!(whole.rows_of(0..3).collect::<Vec<_>>(), [3, 4, 5]);
    }
}

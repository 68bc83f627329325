//! From rows of a frame to lines.

mod pieces;
mod row;

use std::ops::Range;

use influx_core::{EncodeError, EncodeErrorKind, LineBuffer};

pub use self::pieces::Pieces;
use self::row::RowOf;
use crate::frame::Frame;
use crate::plan::{Plan, PlanError};
use crate::roles::Roles;

/// Encodes frames by roles, one after the other. It makes a plan when it meets a schema for the first time, and keeps
/// what it rendered of dictionaries.
#[derive(Debug)]
pub struct Encoder {
    roles: Roles,
    plan: Option<Plan>,
}

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

impl Encoder {
    /// An encoder by roles. Whether they fit is checked against the first frame.
    #[must_use]
    pub fn new(roles: Roles) -> Self {
        Self { roles, plan: None }
    }

    /// The plan for frames of this schema.
    ///
    /// # Errors
    ///
    /// The roles do not fit.
    pub fn plan<F: Frame>(&mut self, frame: &F) -> Result<&Plan, PlanError> {
        let schema = frame.schema();
        let plan = match self.plan.take().filter(|plan| plan.is_for(&schema)) {
            Some(plan) => plan,
            None => Plan::new(&schema, &self.roles)?,
        };
        Ok(self.plan.insert(plan))
    }

    /// Encodes some rows of a frame behind what stands in a piece. `first` is the number of the frame's first row.
    ///
    /// # Errors
    ///
    /// The roles do not fit the frame. The piece is as it was.
    pub fn encode<F: Frame>(
        &mut self,
        frame: &F,
        rows: Range<usize>,
        first: u64,
        piece: &mut Piece,
    ) -> Result<(), PlanError> {
        let plan = self.plan(frame)?.clone();
        let lines = plan.lines();
        let before = if piece.rows.is_empty() { first + rows.start as u64 } else { piece.rows.start };
        piece.rows = before..first + rows.end as u64;
        for block in frame.blocks(&lines.sources, rows) {
            for row in 0..block.rows.len() {
                if let Err(error) = piece.lines.push(&RowOf { lines, block: &block, row }) {
                    let row = first + (block.rows.start + row) as u64;
                    match error.kind() {
                        EncodeErrorKind::NoFields => piece.empty.push(row),
                        _ => piece.refused.push(RefusedRow { row, error }),
                    }
                }
            }
        }
        Ok(())
    }
}

impl Piece {
    /// Empties it, and keeps its memory.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.rows = 0..0;
        self.empty.clear();
        self.refused.clear();
    }

    /// The number of the row that a line is of.
    #[must_use]
    pub fn row_of(&self, line: usize) -> u64 {
        // rows without a line, both lists ascending
        let mut row = self.rows.start + line as u64;
        let (mut empty, mut refused) = (self.empty.iter().peekable(), self.refused.iter().peekable());
        loop {
            let next = match (empty.peek(), refused.peek()) {
                (Some(a), Some(b)) => (**a).min(b.row),
                (Some(a), None) => **a,
                (None, Some(b)) => b.row,
                (None, None) => return row,
            };
            if next > row {
                return row;
            }
            row += 1;
            if empty.peek() == Some(&&next) {
                empty.next();
            } else {
                refused.next();
            }
        }
    }
}

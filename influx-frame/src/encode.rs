//! From rows of a frame to lines.

mod piece;
mod pieces;
mod row;
mod source;
mod threads;

use std::ops::Range;

use influx_core::EncodeErrorKind;

pub use self::piece::{Piece, RefusedRow};
pub use self::pieces::Pieces;
use self::row::RowOf;
pub use self::source::FrameSourceError;
use self::source::Run;
use crate::frame::Frame;
use crate::plan::{Plan, PlanError};
use crate::roles::Roles;

/// Encodes frames by roles, one after the other. It makes a plan when it meets a schema for the first time, and keeps
/// what it rendered of dictionaries.
#[derive(Debug)]
pub struct Encoder {
    plans: Plans,
    rows: Rows,
}

/// The plan for the schema that came last.
#[derive(Debug)]
struct Plans {
    roles: Roles,
    last: Option<Plan>,
}

/// What encodes rows by a plan.
#[derive(Debug, Default)]
struct Rows {}

impl Encoder {
    /// An encoder by roles. Whether they fit is checked against the first frame.
    #[must_use]
    pub fn new(roles: Roles) -> Self {
        Self { plans: Plans::new(roles), rows: Rows::default() }
    }

    /// The plan for frames of this schema.
    ///
    /// # Errors
    ///
    /// The roles do not fit.
    pub fn plan<F: Frame>(&mut self, frame: &F) -> Result<&Plan, PlanError> {
        self.plans.of(frame)
    }

    /// Encodes some rows of a frame behind what stands in a piece. `first` is the number of the frame's first row.
    /// Rows that the frame does not have are none.
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
        self.encode_some(frame, rows, first, piece, usize::MAX)?;
        Ok(())
    }

    /// As [`encode`](Self::encode), up to the row by which the piece has so many `bytes`; where the rest begins.
    pub(crate) fn encode_some<F: Frame>(
        &mut self,
        frame: &F,
        rows: Range<usize>,
        first: u64,
        piece: &mut Piece,
        bytes: usize,
    ) -> Result<usize, PlanError> {
        let plan = self.plans.of(frame)?;
        let end = rows.end.min(frame.rows());
        Ok(self.rows.encode(plan, frame, rows.start.min(end)..end, first, piece, bytes))
    }
}

impl Plans {
    fn new(roles: Roles) -> Self {
        Self { roles, last: None }
    }

    fn of<F: Frame>(&mut self, frame: &F) -> Result<&Plan, PlanError> {
        let schema = frame.schema();
        let plan = match self.last.take().filter(|plan| plan.is_for(&schema)) {
            Some(plan) => plan,
            None => Plan::new(&schema, &self.roles)?,
        };
        Ok(self.last.insert(plan))
    }
}

impl Rows {
    /// Encodes rows behind what stands in a piece, up to the row by which it has so many `bytes`; where the rest begins.
    fn encode<F: Frame>(
        &mut self,
        plan: &Plan,
        frame: &F,
        rows: Range<usize>,
        first: u64,
        piece: &mut Piece,
        bytes: usize,
    ) -> usize {
        let lines = plan.lines();
        if piece.rows.is_empty() {
            piece.rows.start = first + rows.start as u64;
        }
        let mut end = rows.start;
        'full: for block in frame.blocks(&lines.sources, rows) {
            for row in 0..block.rows.len() {
                if piece.lines.as_str().len() >= bytes {
                    break 'full;
                }
                if let Err(error) = piece.lines.push(&RowOf { lines, block: &block, row }) {
                    let row = first + (block.rows.start + row) as u64;
                    match error.kind() {
                        EncodeErrorKind::NoFields => piece.empty.push(row),
                        _ => piece.refused.push(RefusedRow { row, error }),
                    }
                }
                end = block.rows.start + row + 1;
            }
        }
        piece.rows.end = first + end as u64;
        end
    }

    /// Encodes rows into a piece that is empty; what is left of them.
    fn encode_run<F: Frame>(&mut self, mut run: Run<F>, piece: &mut Piece, bytes: usize) -> Option<Run<F>> {
        run.rows.start = self.encode(&run.plan, &run.frame, run.rows.clone(), run.first, piece, bytes);
        (!run.rows.is_empty()).then_some(run)
    }
}

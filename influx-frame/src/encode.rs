//! From rows of a frame to lines.

mod dictionary;
mod field;
mod integer;
mod piece;
mod pieces;
mod row;
mod source;
mod tag;
#[cfg(test)]
mod tests;
mod text;
mod threads;
mod time;

use std::ops::Range;

use influx_core::EncodeErrorKind;

use self::dictionary::Dictionary;
pub use self::piece::{Piece, RefusedRow};
pub use self::pieces::Pieces;
use self::row::{Cells, Row, Scratch};
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

/// What encodes rows by a plan, and is kept from piece to piece.
#[derive(Debug, Default)]
struct Rows {
    /// What the rest was made for.
    plan: Option<Plan>,
    /// Of the plan's tags.
    dictionaries: Vec<Option<Dictionary>>,
    scratch: Scratch,
}

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

    /// Encodes some rows of a frame behind what stands in a piece, whose last row they must follow, or its numbers are
    /// those of other rows. `first` is the number of the frame's first row. Rows that the frame does not have are none.
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
        let end = rows.end.min(frame.frame_rows());
        Ok(self.rows.encode(plan, frame, rows.start.min(end)..end, first, piece, bytes))
    }
}

impl Plans {
    fn new(roles: Roles) -> Self {
        Self { roles, last: None }
    }

    fn of<F: Frame>(&mut self, frame: &F) -> Result<&Plan, PlanError> {
        let schema = frame.frame_schema();
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
        self.prepare(plan);
        let lines = plan.lines();
        if piece.rows.is_empty() {
            piece.rows.start = first + rows.start as u64;
        }
        let mut end = rows.start;
        let strides = rows.clone().step_by(lines.stride());
        let strides = strides.map(|start| start..rows.end.min(start.saturating_add(lines.stride())));
        for block in strides.flat_map(|rows| frame.blocks(&lines.sources, rows)) {
            for (tag, dictionary) in lines.tags.iter().zip(&mut self.dictionaries) {
                *dictionary =
                    Dictionary::of(&block.columns[tag.source], frame.frame_rows(), dictionary.take());
            }
            let cells = Cells::new(lines, &block, &self.dictionaries, &self.scratch);
            for row in 0..block.rows.len() {
                if piece.lines.as_str().len() >= bytes {
                    break;
                }
                let number = first + (block.rows.start + row) as u64;
                match piece.lines.push(&Row { cells: &cells, row }) {
                    Ok(()) => {}
                    Err(error) if matches!(error.kind(), EncodeErrorKind::NoFields) => {
                        piece.empty.push(number)
                    }
                    Err(error) => piece.refused.push(RefusedRow { row: number, error }),
                }
                end = block.rows.start + row + 1;
            }
            if end < block.rows.end {
                break;
            }
        }
        piece.rows.end = first + end as u64;
        end
    }

    /// Forgets what was made for another plan.
    fn prepare(&mut self, plan: &Plan) {
        if !self.plan.as_ref().is_some_and(|last| std::ptr::eq(last.lines(), plan.lines())) {
            let dictionaries = plan.lines().tags.iter().map(|_| None).collect();
            *self = Self { plan: Some(plan.clone()), dictionaries, scratch: Scratch::default() };
        }
    }

    /// Encodes rows into a piece that is empty; what is left of them.
    fn encode_run<F: Frame>(&mut self, mut run: Run<F>, piece: &mut Piece, bytes: usize) -> Option<Run<F>> {
        run.rows.start = self.encode(&run.plan, &run.frame, run.rows.clone(), run.first, piece, bytes);
        (!run.rows.is_empty()).then_some(run)
    }
}

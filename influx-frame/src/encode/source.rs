//! Frames one after the other, cut into runs of rows.

use std::error::Error;
use std::ops::Range;

use super::Plans;
use crate::frame::Frame;
use crate::plan::{Plan, PlanError};

/// Frames do not come, or do not fit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameSourceError {
    /// The roles do not fit a frame whose schema is another than that of the frame before it.
    #[error("the frame that begins with row {row}: {error}")]
    #[non_exhaustive]
    Plan {
        /// The number of the frame's first row.
        row: u64,
        /// What does not fit.
        #[source]
        error: PlanError,
    },
    /// Where the frames come from has failed.
    #[error("behind row {row}: {error}")]
    #[non_exhaustive]
    Source {
        /// How many rows came before.
        row: u64,
        /// Why.
        #[source]
        error: Box<dyn Error + Send + Sync>,
    },
}

/// The frames of a source.
pub(super) type Frames<F> = Box<dyn Iterator<Item = Result<F, Box<dyn Error + Send + Sync>>> + Send>;

/// Frames that are cut into runs of rows.
pub(super) struct Source<F> {
    frames: Frames<F>,
    plans: Plans,
    current: Option<Current<F>>,
    /// So many rows are in a run at most.
    pub(super) rows: usize,
    /// The number of the row that comes next.
    pub(super) row: u64,
    ended: bool,
}

struct Current<F> {
    frame: F,
    plan: Plan,
    /// The number of its first row.
    first: u64,
    next: usize,
}

/// Rows that are encoded in one go.
pub(super) struct Run<F> {
    pub(super) frame: F,
    pub(super) plan: Plan,
    /// Of the frame; never empty.
    pub(super) rows: Range<usize>,
    /// The number of the frame's first row.
    pub(super) first: u64,
}

impl<F: Frame> Source<F> {
    pub(super) fn new(frames: Frames<F>, plans: Plans, rows: usize) -> Self {
        Self { frames, plans, current: None, rows, row: 0, ended: false }
    }

    /// The next rows; `None`: those were all. After an error nothing comes any more.
    pub(super) fn next(&mut self) -> Option<Result<Run<F>, FrameSourceError>> {
        loop {
            if let Some(current) = &mut self.current
                && current.next < current.frame.frame_rows()
            {
                let most = self.rows.min(current.plan.lines().stride());
                let rows = current.next..current.frame.frame_rows().min(current.next.saturating_add(most));
                current.next = rows.end;
                self.row = current.first + rows.end as u64;
                let (frame, plan, first) = (current.frame.clone(), current.plan.clone(), current.first);
                return Some(Ok(Run { frame, plan, rows, first }));
            }
            self.current = None;
            if self.ended {
                return None;
            }
            let (first, next) = (self.row, self.frames.next());
            self.ended = !matches!(next, Some(Ok(_)));
            match next? {
                Err(error) => return Some(Err(FrameSourceError::Source { row: first, error })),
                Ok(frame) => match self.plans.of(&frame) {
                    Ok(plan) => {
                        self.current = Some(Current { plan: plan.clone(), frame, first, next: 0 });
                    }
                    Err(error) => {
                        self.ended = true;
                        return Some(Err(FrameSourceError::Plan { row: first, error }));
                    }
                },
            }
        }
    }
}

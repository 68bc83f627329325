//! From outcomes to verdicts: what is sent next for a batch, pure and without time.

use std::sync::Arc;
use std::time::Duration;

use super::{Attempt, DropReason, Outcome, Part, Progress, Verdict};
use crate::error::Error;

/// The way of one batch: what is still to be sent, in order.
#[derive(Debug)]
pub(crate) struct Plan {
    open: Vec<Open>,
}

/// Lines that have no verdict yet.
#[derive(Debug)]
struct Open {
    part: Part,
    attempts: u32,
    plain: bool,
    possibly_stored: bool,
    last: Option<Arc<Error>>,
}

/// Lines that got their verdict, all the same one.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) part: Part,
    pub(crate) verdict: Verdict,
    pub(crate) attempts: u32,
}

/// What follows an outcome.
#[derive(Debug)]
pub(crate) enum Then {
    /// Go on with [`Plan::next`], at once.
    Next,
    /// As `Next`, but the request is one that only isolating needs: it is paid for from the budget.
    Isolate,
    /// Wait, then go on.
    Retry { progress: Progress, after: Option<Duration>, reason: Arc<Error> },
    /// Wait until the destination takes something again.
    Blocked { reason: Arc<Error> },
    /// Nothing is left.
    Done,
}

impl Plan {
    pub(crate) fn new(part: Part) -> Self {
        Self { open: vec![Open { part, attempts: 0, plain: false, possibly_stored: false, last: None }] }
    }

    /// What is sent next, and as which attempt; `None` when every line has its verdict.
    pub(crate) fn next(&mut self) -> Option<(Part, Attempt)> {
        let open = self.open.last_mut()?;
        open.attempts += 1;
        Some((open.part.clone(), Attempt { number: open.attempts, plain: open.plain }))
    }

    /// Takes in what became of the part that [`next`](Self::next) gave last.
    pub(crate) fn took(&mut self, outcome: Outcome) -> (Vec<Settled>, Then) {
        let Some(open) = self.open.pop() else { return (Vec::new(), Then::Done) };
        match outcome {
            Outcome::Again { progress, after, reason } => {
                self.open.push(open);
                (Vec::new(), Then::Retry { progress, after, reason })
            }
            _ => {
                let settled =
                    vec![Settled { part: open.part, verdict: Verdict::Stored, attempts: open.attempts }];
                (settled, if self.open.is_empty() { Then::Done } else { Then::Next })
            }
        }
    }

    /// Gives up all that is left.
    pub(crate) fn drop_rest(&mut self, _reason: DropReason) -> Vec<Settled> {
        Vec::new()
    }
}

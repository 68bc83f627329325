//! From outcomes to verdicts: what is sent next for a batch, pure and without time.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use super::{Attempt, DropReason, Dropped, Others, Outcome, Part, Progress, Rejected, Verdict};
use crate::error::Error;

/// The way of one batch: what is still to be sent, in order.
///
/// Ask [`next`](Self::next) what to send, hand what it came to to [`took`](Self::took), and do what that says. Each line
/// is settled exactly once, whatever the outcomes are.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What is sent next stands last.
    open: Vec<Open>,
    /// Whether the last of `open` is on its way.
    sent: bool,
    learned: Option<usize>,
}

/// Lines that have no verdict yet.
#[derive(Debug)]
struct Open {
    part: Part,
    attempts: u32,
    plain: bool,
    /// Whether an attempt got no verdict on these lines.
    possibly_stored: bool,
    /// Whether isolating made this part, and it was not sent yet.
    extra: bool,
    /// Whether it is the first half of lines among which one is guilty, and the second half is what follows.
    half: bool,
    last: Option<Arc<Error>>,
}

/// Lines that got their verdict, all the same one.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) part: Part,
    pub(crate) verdict: Verdict,
    /// How many attempts were made for these lines.
    pub(crate) attempts: u32,
}

#[cfg(feature = "spool")]
impl Settled {
    pub(crate) fn is_possibly_stored(&self) -> bool {
        matches!(&self.verdict, Verdict::Dropped(dropped) if dropped.possibly_stored)
    }
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
        Self::anew(part, false)
    }

    /// Of lines that were on their way before, and which the server has now, or not.
    pub(crate) fn anew(part: Part, possibly_stored: bool) -> Self {
        let open =
            Open { part, attempts: 0, plain: false, possibly_stored, extra: false, half: false, last: None };
        Self { open: vec![open], sent: false, learned: None }
    }

    /// What is sent next, and as which attempt; `None` when every line has its verdict.
    pub(crate) fn next(&mut self) -> Option<(Part, Attempt)> {
        let open = self.open.last_mut()?;
        open.attempts = open.attempts.saturating_add(1);
        open.extra = false;
        self.sent = true;
        Some((open.part.clone(), Attempt { number: open.attempts, plain: open.plain }))
    }

    /// Takes in what became of the part that [`next`](Self::next) gave last.
    pub(crate) fn took(&mut self, outcome: Outcome) -> (Vec<Settled>, Then) {
        self.sent = false;
        let Some(open) = self.open.pop() else { return (Vec::new(), Then::Done) };
        let mut settled = Vec::new();
        match outcome {
            Outcome::Stored => {
                settled.push(open.settle(open.part.clone(), Verdict::Stored));
                if open.half {
                    self.other_half();
                }
            }
            Outcome::Condemned { lines, others, reason } => {
                self.condemned(open, lines, others, reason, &mut settled);
            }
            Outcome::Suspect { runs, reason } => self.suspect(open, runs, reason, &mut settled),
            Outcome::Guess { lines, reason } => self.guess(open, lines, reason, &mut settled),
            Outcome::TooLarge { reason } => self.too_large(open, reason, &mut settled),
            Outcome::Damaged { reason } if open.plain => return self.blocked(open, reason),
            Outcome::Damaged { reason } => {
                self.open.push(Open { plain: true, last: Some(reason), ..open });
            }
            Outcome::Blocked { reason } => return self.blocked(open, reason),
            Outcome::Again { progress, after, reason } => {
                let possibly_stored = open.possibly_stored || progress == Progress::Unknown;
                self.open.push(Open { possibly_stored, last: Some(Arc::clone(&reason)), ..open });
                return (settled, Then::Retry { progress, after, reason });
            }
        }
        let then = match self.open.last() {
            None => Then::Done,
            Some(next) if next.extra => Then::Isolate,
            Some(_) => Then::Next,
        };
        (settled, then)
    }

    /// Gives up all that is left.
    pub(crate) fn drop_rest(&mut self, reason: DropReason) -> Vec<Settled> {
        if self.sent
            && let Some(open) = self.open.last_mut()
        {
            open.possibly_stored = true;
        }
        self.sent = false;
        let given_up = |open: Open| {
            let dropped = Dropped { reason, possibly_stored: open.possibly_stored, error: open.last.clone() };
            open.settle(open.part.clone(), Verdict::Dropped(dropped))
        };
        std::mem::take(&mut self.open).into_iter().rev().map(given_up).collect()
    }

    /// The most bytes that a batch for this destination should have, by what the server found too large last.
    pub(crate) fn learned(&self) -> Option<usize> {
        self.learned
    }

    /// What stands against the lines that are sent next, if anything does.
    pub(crate) fn last(&self) -> Option<Arc<Error>> {
        self.open.last()?.last.clone()
    }

    fn blocked(&mut self, open: Open, reason: Arc<Error>) -> (Vec<Settled>, Then) {
        self.open.push(Open { last: Some(Arc::clone(&reason)), ..open });
        (Vec::new(), Then::Blocked { reason })
    }

    /// The server named lines: they are rejected.
    fn condemned(
        &mut self,
        open: Open,
        mut lines: Vec<(usize, String)>,
        others: Others,
        error: Arc<Error>,
        settled: &mut Vec<Settled>,
    ) {
        let count = open.part.lines();
        lines.retain(|(index, _)| *index < count);
        lines.sort_by_key(|(index, _)| *index);
        lines.dedup_by_key(|(index, _)| *index);
        if lines.is_empty() {
            return self.bisect(open, error, settled);
        }
        let rest = without(count, lines.iter().map(|(index, _)| *index..index + 1));
        let rest = (!rest.is_empty()).then(|| open.part.pick(rest.into_iter()));
        for (index, reason) in lines {
            let verdict = Verdict::Rejected(Rejected { reason, error: Arc::clone(&error) });
            settled.push(open.settle(open.part.range(index..index + 1), verdict));
        }
        match (rest, others) {
            (None, _) => {}
            (Some(rest), Others::Stored) => settled.push(open.settle(rest, Verdict::Stored)),
            (Some(rest), Others::NotStored) => self.open.push(open.again(rest, false, &error)),
            (Some(rest), Others::Unknown) => self.open.push(open.again(rest, true, &error)),
        }
    }

    /// The server named runs of lines in which the guilty ones are, or nothing at all.
    fn suspect(
        &mut self,
        open: Open,
        mut runs: Vec<Range<usize>>,
        error: Arc<Error>,
        settled: &mut Vec<Settled>,
    ) {
        let count = open.part.lines();
        runs.retain(|run| run.start < run.end && run.end <= count);
        runs.sort_by_key(|run| run.start);
        let apart = runs.windows(2).all(|pair| pair[0].end <= pair[1].start);
        if runs.is_empty() || !apart || count == 1 {
            return self.bisect(open, error, settled);
        }
        let rest = without(count, runs.iter().cloned());
        if !rest.is_empty() {
            settled.push(open.settle(open.part.pick(rest.into_iter()), Verdict::Stored));
        }
        // A run begins with the line that swallowed the others, so that these are stored by one request more.
        for run in runs.into_iter().rev() {
            if run.len() > 1 {
                self.open.push(open.again(open.part.range(run.start + 1..run.end), false, &error));
            }
            self.open.push(open.again(open.part.range(run.start..run.start + 1), false, &error));
        }
    }

    /// Some lines may be the guilty ones: they go apart from the others. The guess decides only what is sent together.
    fn guess(&mut self, open: Open, mut lines: Vec<usize>, error: Arc<Error>, settled: &mut Vec<Settled>) {
        let count = open.part.lines();
        lines.retain(|index| *index < count);
        lines.sort_unstable();
        lines.dedup();
        let rest = without(count, lines.iter().map(|index| *index..index + 1));
        if lines.is_empty() || rest.is_empty() {
            return self.bisect(open, error, settled);
        }
        for part in [open.part.pick(rest.into_iter()), open.part.pick(lines.into_iter())] {
            self.open.push(open.again(part, true, &error));
        }
    }

    /// Nothing is known but that some line is guilty: halves, the first one first.
    fn bisect(&mut self, open: Open, error: Arc<Error>, settled: &mut Vec<Settled>) {
        if open.part.lines() < 2 {
            settled.push(open.rejected(error));
            return;
        }
        self.halve(&open, &error);
    }

    fn halve(&mut self, open: &Open, error: &Arc<Error>) {
        let (left, right) = open.part.halves();
        self.open.push(open.again(right, true, error));
        self.open.push(Open { half: true, ..open.again(left, true, error) });
    }

    /// The first half is stored, so that the guilty line is in the other: its halves need no request to say so. A line
    /// is condemned only when it is refused alone, so that nothing is lost if that is wrong.
    fn other_half(&mut self) {
        let Some(other) = self.open.pop() else { return };
        match &other.last {
            Some(error) if other.part.lines() > 1 => self.halve(&other, &Arc::clone(error)),
            _ => self.open.push(other),
        }
    }

    fn too_large(&mut self, open: Open, error: Arc<Error>, settled: &mut Vec<Settled>) {
        if open.part.lines() < 2 {
            settled.push(open.rejected(error));
            return;
        }
        let half = open.part.bytes() / 2;
        self.learned = Some(half);
        let (left, right) = open.part.cut_at(half);
        for part in [right, left] {
            self.open.push(Open { extra: false, ..open.again(part, false, &error) });
        }
    }
}

impl Open {
    fn settle(&self, part: Part, verdict: Verdict) -> Settled {
        Settled { part, verdict, attempts: self.attempts }
    }

    /// The verdict on a line that was refused alone.
    fn rejected(&self, error: Arc<Error>) -> Settled {
        let reason = match error.server() {
            Some(server) => server.to_string(),
            None => error.to_string(),
        };
        self.settle(self.part.clone(), Verdict::Rejected(Rejected { reason, error }))
    }

    /// Some of its lines, to be sent again; `unknown` says that the server may have stored them.
    fn again(&self, part: Part, unknown: bool, error: &Arc<Error>) -> Self {
        Self {
            part,
            attempts: self.attempts,
            plain: self.plain,
            possibly_stored: self.possibly_stored || unknown,
            extra: true,
            half: false,
            last: Some(Arc::clone(error)),
        }
    }
}

/// The indices below `count` outside of these ranges, which ascend.
fn without(count: usize, ranges: impl Iterator<Item = Range<usize>>) -> Vec<usize> {
    let mut left = Vec::new();
    let mut from = 0;
    for range in ranges {
        left.extend(from..range.start);
        from = range.end;
    }
    left.extend(from..count);
    left
}

#[cfg(test)]
mod tests;

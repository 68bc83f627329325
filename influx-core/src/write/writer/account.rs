//! The account of a destination: in which state each written record is, changed in one place.

use crate::write::{Attempt, DropReason, Part, Verdict};

/// Where a written record is. Each is in exactly one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// In the open batch.
    Queued,
    /// In the spool, or on the way into it, and not in memory to be sent.
    Spooled,
    /// In a sealed batch that no lane has taken.
    Batched,
    /// On its way, or about to be.
    InFlight,
    /// Between two attempts.
    RetryWait,
    /// In a batch of which the server refused something.
    Isolating,
    /// Behind a destination that takes nothing.
    Blocked,
    Stored,
    Rejected,
    Dropped {
        reason: DropReason,
        possibly_stored: bool,
    },
}

/// The states before a verdict come first.
const PENDING: usize = 7;
const STORED: usize = PENDING;
const REJECTED: usize = STORED + 1;
const DROPPED: usize = REJECTED + 1;
const PHASES: usize = DROPPED + 2 * REASONS;
/// As many as [`DropReason`] has.
const REASONS: usize = 8;

impl Phase {
    pub(super) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Stored => Self::Stored,
            Verdict::Rejected(_) => Self::Rejected,
            Verdict::Dropped(dropped) => {
                Self::Dropped { reason: dropped.reason, possibly_stored: dropped.possibly_stored }
            }
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Queued => 0,
            Self::Spooled => 1,
            Self::Batched => 2,
            Self::InFlight => 3,
            Self::RetryWait => 4,
            Self::Isolating => 5,
            Self::Blocked => 6,
            Self::Stored => STORED,
            Self::Rejected => REJECTED,
            Self::Dropped { reason, possibly_stored } => {
                let reason = match reason {
                    DropReason::Expired => 0,
                    DropReason::RetriesExhausted => 1,
                    DropReason::Overflow => 2,
                    DropReason::ShutdownDeadline => 3,
                    DropReason::WriterDropped => 4,
                    DropReason::BlockedTooLong => 5,
                    DropReason::SpoolCorrupt => 6,
                    DropReason::SpoolIo => 7,
                };
                DROPPED + 2 * reason + usize::from(possibly_stored)
            }
        }
    }
}

/// How many records are in each state, and how many came at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    written: u64,
    recovered: u64,
    counts: [u64; PHASES],
}

impl Account {
    /// Moves records from one state into another; those that are new come from nowhere. Nothing else changes the
    /// account, but for what comes from earlier runs.
    pub(super) fn transition(&mut self, lines: u64, from: Option<Phase>, to: Phase) {
        match from {
            None => self.written += lines,
            Some(from) => {
                let from = &mut self.counts[from.index()];
                debug_assert!(*from >= lines, "records leave a state in which they are not");
                *from = from.saturating_sub(lines);
            }
        }
        self.counts[to.index()] += lines;
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// Those that are of earlier runs.
    pub(super) fn recovered(&self) -> u64 {
        self.recovered
    }

    pub(super) fn count(&self, phase: Phase) -> u64 {
        self.counts[phase.index()]
    }

    pub(super) fn pending(&self) -> u64 {
        self.counts[..PENDING].iter().sum()
    }
}

#[cfg(feature = "spool")]
impl Account {
    /// Takes in records of earlier runs.
    pub(super) fn recover(&mut self, lines: u64, to: Phase) {
        self.recovered += lines;
        self.counts[to.index()] += lines;
    }

    /// Records of earlier runs are in another account from now on.
    pub(super) fn hand_over(&mut self, lines: u64, from: Phase) {
        self.recovered = self.recovered.saturating_sub(lines);
        let from = &mut self.counts[from.index()];
        *from = from.saturating_sub(lines);
    }
}

/// How the records of some batches ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) stored: u64,
    pub(super) rejected: u64,
    pub(super) dropped: u64,
}

impl Tally {
    pub(super) fn count(&mut self, lines: u64, verdict: &Verdict) {
        match verdict {
            Verdict::Stored => self.stored += lines,
            Verdict::Rejected(_) => self.rejected += lines,
            Verdict::Dropped(_) => self.dropped += lines,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.rejected += other.rejected;
        self.dropped += other.dropped;
    }

    pub(super) fn sum(self) -> u64 {
        self.stored + self.rejected + self.dropped
    }
}

/// What was asked of the server; no part of the account.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attempts {
    pub(super) requests: u64,
    pub(super) retries: u64,
    pub(super) resent: u64,
    pub(super) bytes: u64,
}

impl Attempts {
    pub(super) fn count(&mut self, part: &Part, attempt: Attempt) {
        self.requests += 1;
        self.bytes += part.bytes() as u64;
        if attempt.number > 1 {
            self.retries += 1;
            self.resent += part.lines() as u64;
        }
    }
}

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::Error;
    use crate::write::batch::tests::part;
    use crate::write::{Dropped, Rejected};

    const WAITING: [Phase; PENDING] = [
        Phase::Queued,
        Phase::Spooled,
        Phase::Batched,
        Phase::InFlight,
        Phase::RetryWait,
        Phase::Isolating,
        Phase::Blocked,
    ];
    const REASONS_TO_DROP: [DropReason; REASONS] = [
        DropReason::Expired,
        DropReason::RetriesExhausted,
        DropReason::Overflow,
        DropReason::ShutdownDeadline,
        DropReason::WriterDropped,
        DropReason::BlockedTooLong,
        DropReason::SpoolCorrupt,
        DropReason::SpoolIo,
    ];

    fn every_phase() -> Vec<Phase> {
        let dropped = REASONS_TO_DROP.into_iter().flat_map(|reason| {
            [false, true].map(|possibly_stored| Phase::Dropped { reason, possibly_stored })
        });
        WAITING.into_iter().chain([Phase::Stored, Phase::Rejected]).chain(dropped).collect()
    }

    fn verdicts() -> Vec<(Verdict, Phase)> {
        let error = Arc::new(Error::config("no"));
        let rejected = Verdict::Rejected(Rejected { reason: "no".to_owned(), error: Arc::clone(&error) });
        let dropped = REASONS_TO_DROP.into_iter().enumerate().map(|(i, reason)| {
            let possibly_stored = i % 2 == 0;
            let verdict = Verdict::Dropped(Dropped { reason, possibly_stored, error: None });
            (verdict, Phase::Dropped { reason, possibly_stored })
        });
        [(Verdict::Stored, Phase::Stored), (rejected, Phase::Rejected)].into_iter().chain(dropped).collect()
    }

    #[test]
    fn each_state_is_counted_by_itself() {
        let phases = every_phase();
        assert_eq!(phases.len(), PHASES);
        let mut account = Account::default();
        let amount = |i: usize| 1_u64 << i;
        for (i, phase) in phases.iter().enumerate() {
            account.transition(amount(i), None, *phase);
        }
        for (i, phase) in phases.iter().enumerate() {
            assert_eq!(account.count(*phase), amount(i), "{phase:?}");
        }
        assert_eq!(account.written(), amount(PHASES) - 1);
        assert_eq!(account.pending(), amount(PENDING) - 1, "what has no verdict");
    }

    #[test]
    fn what_moves_leaves_one_state_and_is_not_written_twice() {
        for (verdict, to) in verdicts() {
            assert_eq!(Phase::of(&verdict), to);
            for from in WAITING {
                let mut account = Account::default();
                account.transition(5, None, from);
                account.transition(3, Some(from), to);
                assert_eq!((account.count(from), account.count(to)), (2, 3), "{from:?} to {to:?}");
                assert_eq!((account.written(), account.pending()), (5, 2));
                account.transition(2, Some(from), to);
                assert_eq!((account.count(from), account.count(to), account.pending()), (0, 5, 0));
            }
        }
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "records leave a state in which they are not")]
    fn what_is_not_there_cannot_leave() {
        let mut account = Account::default();
        account.transition(1, None, Phase::Queued);
        account.transition(2, Some(Phase::Queued), Phase::Stored);
    }

    #[test]
    fn a_tally_counts_lines_by_their_verdict() {
        let mut tally = Tally::default();
        for (i, (verdict, _)) in verdicts().iter().enumerate() {
            tally.count(10_u64.pow(i as u32), verdict);
        }
        assert_eq!(tally, Tally { stored: 1, rejected: 10, dropped: 1_111_111_100 });
        assert_eq!(tally.sum(), 1_111_111_111);
        tally.add(Tally { stored: 2, rejected: 30, dropped: 400 });
        assert_eq!(tally, Tally { stored: 3, rejected: 40, dropped: 1_111_111_500 });
    }

    #[test]
    fn only_later_attempts_are_retries() {
        let part = part("m v=1 1\nm v=2 2\nm v=3 3\n");
        let mut attempts = Attempts::default();
        let mut seen = Vec::new();
        for number in 1..=3 {
            attempts.count(&part, Attempt { number, plain: false });
            seen.push((attempts.requests, attempts.retries, attempts.resent, attempts.bytes));
        }
        let bytes = part.bytes() as u64;
        assert_eq!(seen, [(1, 0, 0, bytes), (2, 1, 3, 2 * bytes), (3, 2, 6, 3 * bytes)]);
    }
}

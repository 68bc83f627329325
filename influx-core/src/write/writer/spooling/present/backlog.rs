//! What the files had when the writer was made: counted here until the pump hands it to its destination.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::error::Error;
use crate::write::spool::Ranges;
use crate::write::writer::account::{Account, Phase};
use crate::write::writer::flush::Watch;
use crate::write::writer::unsettled::Unsettled;
use crate::write::{Destination, Verdict};

/// The records of earlier runs.
#[derive(Debug)]
pub(super) struct Backlog {
    /// Those that had no verdict.
    seqs: Ranges,
    state: Mutex<Held>,
}

#[derive(Debug)]
pub(in crate::write::writer) struct Held {
    /// Of what no destination has.
    account: Account,
    /// All of them as one.
    unsettled: Unsettled,
    /// Its id. A batch of them may begin before, with lines that had their verdict.
    id: u64,
}

impl Backlog {
    pub(super) fn new(seqs: Ranges) -> Self {
        let id = seqs.first().unwrap_or_default();
        let mut held = Held { account: Account::default(), unsettled: Unsettled::default(), id };
        if let Some(first) = seqs.first() {
            held.account.recover(seqs.total(), Phase::Spooled);
            held.unsettled.push(first..seqs.end(), seqs.total(), None, Instant::now(), false);
        }
        Self { seqs, state: Mutex::new(held) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn first(&self) -> Option<u64> {
        self.seqs.first()
    }

    /// Behind the last of them.
    pub(super) fn end(&self) -> u64 {
        self.seqs.end()
    }

    /// Whether a number is of an earlier run.
    pub(super) fn has(&self, seq: u64) -> bool {
        seq < self.end()
    }

    /// Those of a range that had none.
    pub(super) fn unsettled(&self, range: &Range<u64>) -> Ranges {
        self.seqs.within(range)
    }

    /// How many they are.
    pub(super) fn count(&self, range: &Range<u64>) -> u64 {
        self.unsettled(range).total()
    }
}

impl Held {
    pub(in crate::write::writer) fn account(&self) -> &Account {
        &self.account
    }

    /// A destination has them from now on.
    pub(super) fn hand_over(&mut self, lines: u64) {
        self.account.hand_over(lines, Phase::Spooled);
    }

    /// They got their verdict at their destination.
    pub(super) fn settle(&mut self, lines: u64, verdict: &Verdict) {
        self.unsettled.end(self.id, lines, verdict, std::iter::empty());
    }

    /// They are lost before any destination had them.
    pub(super) fn lose(&mut self, lines: u64, verdict: &Verdict) {
        self.account.transition(lines, Some(Phase::Spooled), Phase::of(verdict));
        self.settle(lines, verdict);
    }

    /// They had their verdict in the earlier run.
    pub(super) fn forget(&mut self, lines: u64) {
        self.hand_over(lines);
        self.unsettled.forget(self.id, lines);
    }

    pub(super) fn watch(&mut self, watch: &Arc<Watch>) {
        self.unsettled.watch(watch);
    }

    pub(super) fn blocked(&self, destination: &Arc<Destination>, reason: &Arc<Error>) {
        self.unsettled.blocked(destination, reason);
    }

    /// They stay in the files.
    pub(super) fn leave(&mut self) {
        self.unsettled.leave(|_| 0);
    }
}

//! What a destination has in the spool.

use std::ops::Range;
use std::sync::Arc;

use super::{After, Body, Engine, Phase, Route, Sealed};
use crate::write::Verdict;
use crate::write::isolate::Settled;

impl Route {
    /// The queue gets a batch of so many lines that the spool has; `earlier` says that it is of an earlier run.
    pub(in crate::write::writer) fn enqueue(
        &self,
        engine: &Engine,
        sealed: Sealed,
        lines: u64,
        earlier: bool,
    ) -> After {
        let mut after = After::default();
        let mut state = self.lock();
        if earlier {
            state.account.recover(lines, Phase::Spooled);
        }
        if let Body::Memory(_) = sealed.body {
            state.account.transition(lines, Some(Phase::Spooled), Phase::Batched);
        }
        state.sealed.push_back(sealed);
        after.wake = state.waiting;
        after.lane = state.lane_is_due(engine);
        after
    }

    /// Lines in the spool are in memory, too.
    pub(in crate::write::writer) fn loaded(&self, lines: u64) {
        self.lock().account.transition(lines, Some(Phase::Spooled), Phase::Batched);
    }

    /// The `rest` of a batch in memory, which would be dropped, stays in the spool if that `keeps` it.
    pub(in crate::write::writer) fn stay(
        &self,
        id: u64,
        rest: &[Settled],
        from: Phase,
        keeps: impl FnOnce() -> bool,
    ) -> bool {
        // With the lock: the spool must not end before the account says that the lines are there.
        let mut state = self.lock();
        let kept = keeps();
        for Settled { part, .. } in rest.iter().filter(|_| kept) {
            state.account.transition(part.lines() as u64, Some(from), Phase::Spooled);
            state.unsettled.stay(id, part);
        }
        kept
    }

    /// Lines in the spool are lost, none of an earlier run.
    pub(in crate::write::writer) fn lose(&self, seqs: Range<u64>, verdict: &Verdict) {
        let mut state = self.lock();
        state.account.transition(seqs.end - seqs.start, Some(Phase::Spooled), Phase::of(verdict));
        state.unsettled.end_range(seqs, verdict);
    }

    /// So are lines of an earlier run, for which it is elsewhere that someone waits.
    pub(in crate::write::writer) fn lose_earlier(&self, lines: u64, verdict: &Verdict) {
        self.lock().account.transition(lines, Some(Phase::Spooled), Phase::of(verdict));
    }

    /// The id of the batch that is next in the queue.
    pub(in crate::write::writer) fn front(&self) -> Option<u64> {
        self.lock().sealed.front().map(|sealed| sealed.label.id)
    }

    /// Takes that batch, if it still is.
    pub(in crate::write::writer) fn take_front(&self, id: u64) -> Option<Sealed> {
        let mut state = self.lock();
        let is_front = state.sealed.front().is_some_and(|sealed| sealed.label.id == id);
        if is_front { state.sealed.pop_front() } else { None }
    }

    /// Seals the open batch if it is due. Says when it is, if there is one.
    pub(in crate::write::writer) fn seal_due(
        self: &Arc<Self>,
        engine: &Arc<Engine>,
    ) -> Option<tokio::time::Instant> {
        let mut after = After::default();
        let mut state = self.lock();
        if !state.open.is_empty() && state.open.due <= tokio::time::Instant::now() {
            self.seal(&mut state, engine, &mut after);
            after.lane = state.lane_is_due(engine);
        }
        let due = (!state.open.is_empty()).then_some(state.open.due);
        drop(state);
        engine.follow(self, after);
        due
    }

    /// The writer ends: whoever waits for what stays in the spool is told. How many lines of a range do not is `awaited`.
    pub(in crate::write::writer) fn leave(&self, awaited: impl Fn(&Range<u64>) -> u64) {
        self.lock().unsettled.leave(awaited);
    }
}

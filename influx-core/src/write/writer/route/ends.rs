//! How batches end, and who waits for that.

use std::sync::Arc;

use tokio::time::Instant;

use super::{After, Engine, Phase, Route, Watch};
use crate::error::Error;
use crate::write::isolate::Settled;
use crate::write::writer::callback::Told;

impl Route {
    /// Settles lines of a batch, which were in the state `from`; `told` is for the callbacks.
    pub(in crate::write::writer) fn settle(
        &self,
        engine: &Engine,
        id: u64,
        settled: &Settled,
        from: Phase,
        told: Option<Told>,
    ) {
        let mut state = self.lock();
        let lines = settled.part.lines() as u64;
        state.account.transition(lines, Some(from), Phase::of(&settled.verdict));
        // Before who waits: a close that hears of the end waits for the callbacks that were told by then.
        engine.caller.tell(told);
        if let Some(spool) = &engine.spool {
            // With the lock: at the end it is asked of both what has no verdict.
            spool.settle(id, &settled.part);
            if spool.is_earlier(id) {
                drop(state);
                return spool.end_earlier(settled);
            }
        }
        state.unsettled.settle(id, settled);
    }

    /// Seals the open batch and watches everything that has no verdict.
    pub(in crate::write::writer) fn watch(self: &Arc<Self>, engine: &Arc<Engine>, watch: &Arc<Watch>) {
        let mut after = After::default();
        let mut state = self.lock();
        self.seal(&mut state, engine, &mut after);
        after.lane = state.lane_is_due(engine);
        state.unsettled.watch(watch);
        // the account also has what is of earlier runs
        if state.account.pending() > 0
            && let Some(reason) = &state.blocked
        {
            watch.blocked(&self.destination, reason);
        }
        drop(state);
        engine.follow(self, after);
    }

    /// The destination takes nothing, or takes something again. Says whether that is news.
    pub(in crate::write::writer) fn set_blocked(&self, reason: Option<&Arc<Error>>) -> bool {
        let mut state = self.lock();
        let news = state.blocked.is_some() != reason.is_some();
        state.blocked = reason.cloned();
        if let (true, Some(reason)) = (news, reason) {
            state.unsettled.blocked(&self.destination, reason);
        }
        news
    }

    /// When the oldest record without a verdict was admitted.
    pub(in crate::write::writer) fn oldest(&self) -> Option<Instant> {
        let state = self.lock();
        state.unsettled.oldest().or(state.open.born())
    }

    /// When the oldest record was admitted that no lane has taken.
    pub(in crate::write::writer) fn oldest_queued(&self) -> Option<Instant> {
        let state = self.lock();
        state.sealed.front().map(|batch| batch.born).or(state.open.born())
    }
}

//! The sealed batches of a destination that are not through, and who waits for them.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use super::account::Tally;
use super::flush::Watch;
use super::receipt::Ticket;
use crate::error::Error;
use crate::write::Destination;
use crate::write::isolate::Settled;

#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// In the order of their ids.
    batches: VecDeque<Entry>,
    watches: Vec<Watching>,
}

#[derive(Debug)]
struct Entry {
    id: u64,
    lines: u64,
    tally: Tally,
    ticket: Option<Arc<Ticket>>,
    since: Instant,
}

#[derive(Debug)]
struct Watching {
    /// The newest batch that is watched.
    last: u64,
    left: usize,
    watch: Arc<Watch>,
}

impl Unsettled {
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// When the first record of the oldest batch was admitted.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.batches.front().map(|batch| batch.since)
    }

    /// Adds a batch; ids ascend.
    pub(super) fn push(&mut self, id: u64, lines: u64, ticket: Option<Arc<Ticket>>, since: Instant) {
        self.batches.push_back(Entry { id, lines, tally: Tally::default(), ticket, since });
    }

    /// Takes in the verdict on some lines of a batch. With its last line it is through, and whoever waits is told.
    pub(super) fn settle(&mut self, id: u64, settled: &Settled) {
        let Ok(at) = self.batches.binary_search_by_key(&id, |batch| batch.id) else { return };
        let batch = &mut self.batches[at];
        batch.tally.count(settled.part.lines() as u64, &settled.verdict);
        if let Some(ticket) = &batch.ticket {
            ticket.note(settled);
        }
        if batch.tally.sum() < batch.lines {
            return;
        }
        let Some(Entry { tally, ticket, .. }) = self.batches.remove(at) else { return };
        if let Some(ticket) = ticket {
            ticket.finish();
        }
        for watching in &mut self.watches {
            if id <= watching.last {
                watching.left -= 1;
                watching.watch.settled(tally);
            }
        }
        self.watches.retain(|watching| watching.left > 0);
    }

    /// Tells a watch of every batch that is here now. Says whether there is any.
    pub(super) fn watch(&mut self, watch: &Arc<Watch>) -> bool {
        // Whoever asked has gone.
        self.watches.retain(|watching| Arc::strong_count(&watching.watch) > 1);
        let Some(last) = self.batches.back() else { return false };
        let (last, left) = (last.id, self.batches.len());
        watch.expect(left, self.batches.iter().map(|batch| batch.lines).sum());
        self.watches.push(Watching { last, left, watch: Arc::clone(watch) });
        true
    }

    /// The destination takes nothing.
    pub(super) fn blocked(&self, destination: &Arc<Destination>, reason: &Arc<Error>) {
        for watching in &self.watches {
            watching.watch.blocked(destination, reason);
        }
    }
}

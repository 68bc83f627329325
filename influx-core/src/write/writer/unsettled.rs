//! The sealed batches of a destination that are not through, and who waits for them.

#[cfg(feature = "spool")]
mod spooled;

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::Tally;
use super::flush::Watch;
use super::receipt::Ticket;
use crate::error::Error;
use crate::write::isolate::Settled;
use crate::write::{Destination, Part, Verdict};

/// Batches that wait in files are counted together if they are at most so far apart in time, so that an outage costs no
/// memory for each of them.
const TOGETHER: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Unsettled {
    /// In the order of their ids.
    batches: VecDeque<Entry>,
    watches: Vec<Watching>,
}

/// A batch, or several that nobody tells apart.
#[derive(Debug)]
struct Entry {
    /// From the first one's id to behind the last one's.
    ids: Range<u64>,
    lines: u64,
    tally: Tally,
    /// Lines that had their verdict in an earlier run, as was found later, or that stay in the files at the end, unlike
    /// others with them.
    forgotten: u64,
    /// Whether more batches may be added.
    open: bool,
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

impl Watching {
    fn settled(&mut self, id: u64, tally: Tally) {
        if id <= self.last {
            self.left -= 1;
            self.watch.settled(tally);
        }
    }
}

impl Unsettled {
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// When the first record of the oldest batch was admitted.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.batches.front().map(|batch| batch.since)
    }

    /// Adds a batch, whose id is the first of `ids`; they ascend. `joins` says that it waits in files with its
    /// neighbours.
    pub(super) fn push(
        &mut self,
        ids: Range<u64>,
        lines: u64,
        ticket: Option<Arc<Ticket>>,
        since: Instant,
        joins: bool,
    ) {
        let open = joins && ticket.is_none();
        if let Some(last) = self.batches.back_mut().filter(|last| open && last.open)
            && since.saturating_duration_since(last.since) < TOGETHER
        {
            last.ids.end = ids.end;
            last.lines += lines;
            return;
        }
        self.batches.push_back(Entry {
            ids,
            lines,
            tally: Tally::default(),
            forgotten: 0,
            open,
            ticket,
            since,
        });
    }

    fn find(&self, id: u64) -> Option<usize> {
        let at = self.batches.partition_point(|batch| batch.ids.start <= id).checked_sub(1)?;
        self.batches[at].ids.contains(&id).then_some(at)
    }

    /// Takes in the verdict on some lines of a batch.
    pub(super) fn settle(&mut self, id: u64, settled: &Settled) {
        self.end(id, settled.part.lines() as u64, &settled.verdict, places(&settled.part));
    }

    /// Takes in the verdict on so many lines, at these places of their batch. With its last line it is through, and
    /// whoever waits is told.
    pub(super) fn end(&mut self, id: u64, lines: u64, verdict: &Verdict, places: impl Iterator<Item = u32>) {
        let Some(at) = self.find(id) else { return };
        let batch = &mut self.batches[at];
        batch.open = false;
        batch.tally.count(lines, verdict);
        if let Some(ticket) = &batch.ticket {
            ticket.note(places, verdict);
        }
        self.close_if_through(at);
    }

    fn close_if_through(&mut self, at: usize) {
        let batch = &self.batches[at];
        if batch.tally.sum() + batch.forgotten < batch.lines {
            return;
        }
        let Some(Entry { ids, tally, ticket, .. }) = self.batches.remove(at) else { return };
        if let Some(ticket) = ticket {
            ticket.finish();
        }
        self.watches.iter_mut().for_each(|watching| watching.settled(ids.start, tally));
        self.watches.retain(|watching| watching.left > 0);
    }

    /// Tells a watch of every batch that is here now.
    pub(super) fn watch(&mut self, watch: &Arc<Watch>) {
        // Whoever asked has gone.
        self.watches.retain(|watching| Arc::strong_count(&watching.watch) > 1);
        let Some(last) = self.batches.back_mut() else { return };
        last.open = false;
        let (last, left) = (last.ids.start, self.batches.len());
        watch.expect(left, self.batches.iter().map(|batch| batch.lines).sum());
        self.watches.push(Watching { last, left, watch: Arc::clone(watch) });
    }

    /// The destination takes nothing.
    pub(super) fn blocked(&self, destination: &Arc<Destination>, reason: &Arc<Error>) {
        for watching in &self.watches {
            watching.watch.blocked(destination, reason);
        }
    }
}

/// Where lines are in their batch.
fn places(part: &Part) -> impl Iterator<Item = u32> {
    part.runs().flatten()
}

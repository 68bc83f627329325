//! What is lost or left where it is in the spool's files.

use std::ops::Range;

use super::{Unsettled, places};
use crate::write::{Part, Verdict};

impl Unsettled {
    /// Takes in the verdict on all lines of these ids, which are those of lines.
    pub(in crate::write::writer) fn end_range(&mut self, mut ids: Range<u64>, verdict: &Verdict) {
        while let Some(at) = self.find(ids.start).filter(|_| !ids.is_empty()) {
            let Range { start, end } = self.batches[at].ids;
            let piece = ids.start..ids.end.min(end);
            let places = (piece.start - start) as u32..(piece.end - start) as u32;
            self.end(piece.start, piece.end - piece.start, verdict, places);
            ids.start = piece.end;
        }
    }

    /// Lines of a batch stay in the files when the writer ends.
    pub(in crate::write::writer) fn stay(&mut self, id: u64, part: &Part) {
        let ticket = self.find(id).and_then(|at| self.batches[at].ticket.as_ref());
        ticket.into_iter().for_each(|ticket| ticket.leave(places(part)));
    }

    /// The writer ends: whoever waits for what is left in the files is told. So many lines of a range are not in them, and
    /// are waited for, as `awaited` says.
    pub(in crate::write::writer) fn leave(&mut self, awaited: impl Fn(&Range<u64>) -> u64) {
        for mut batch in std::mem::take(&mut self.batches) {
            let awaited = awaited(&batch.ids);
            if awaited > 0 {
                batch.open = false;
                batch.forgotten = batch.lines.saturating_sub(batch.tally.sum() + awaited);
                self.batches.push_back(batch);
                continue;
            }
            if let Some(ticket) = batch.ticket {
                ticket.leave_rest(batch.lines, batch.tally.sum());
                ticket.finish();
            }
            self.watches.iter_mut().for_each(|watching| watching.settled(batch.ids.start, batch.tally));
        }
        self.watches.retain(|watching| watching.left > 0);
    }

    /// So many lines of a batch are not waited for any more.
    pub(in crate::write::writer) fn forget(&mut self, id: u64, lines: u64) {
        let Some(at) = self.find(id) else { return };
        self.batches[at].forgotten += lines;
        self.close_if_through(at);
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(in crate::write::writer) fn entries(&self) -> usize {
        self.batches.len()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use tokio::time::Instant;

    use super::super::Watch;
    use super::*;
    use crate::write::{DropReason, Dropped};

    #[test]
    fn of_batches_that_are_counted_together_only_what_is_in_no_file_is_waited_for_at_the_end() {
        let dropped = Dropped { reason: DropReason::SpoolIo, possibly_stored: false, error: None };
        let dropped = Verdict::Dropped(dropped);
        // How many of six lines are stored before, and how many are awaited.
        for (stored, awaited) in [(0, 6), (0, 2), (1, 2), (4, 2), (0, 0), (4, 0)] {
            let mut unsettled = Unsettled::default();
            for id in 0..6 {
                unsettled.push(id..id + 1, 1, None, Instant::now(), true);
            }
            assert_eq!(unsettled.entries(), 1);
            let watch = Arc::<Watch>::default();
            unsettled.watch(&watch);
            let is_through = || {
                let waits = pin!(watch.wait(false));
                waits.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
            };
            unsettled.end(0, stored, &Verdict::Stored, std::iter::empty());
            unsettled.leave(|ids| if ids.contains(&5) { awaited } else { 0 });
            for line in 0..awaited {
                assert!(!is_through(), "{stored} stored, {awaited} awaited, line {line}");
                unsettled.end(5, 1, &dropped, std::iter::empty());
            }
            assert!(is_through() && unsettled.is_empty(), "{stored} stored, {awaited} awaited");
        }
    }
}

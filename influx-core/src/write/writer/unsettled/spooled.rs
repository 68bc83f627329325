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

    /// The writer ends: whoever waits for what is left in the files is told.
    pub(in crate::write::writer) fn leave(&mut self) {
        for batch in self.batches.drain(..) {
            if let Some(ticket) = batch.ticket {
                ticket.leave_rest(batch.lines, batch.tally.sum());
                ticket.finish();
            }
            self.watches.iter_mut().for_each(|watching| watching.settled(batch.ids.start, batch.tally));
        }
        self.watches.clear();
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

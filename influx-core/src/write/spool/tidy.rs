//! What goes from the log of batches when its records have their verdict, in an order that no crash turns into a loss.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::log::{Log, gone};
use super::ranges::Ranges;
use super::shelf::{Damage, segment_name};

impl Log {
    /// Writes down what is settled, and removes the segments that nobody needs any more, other than the one that is
    /// written to.
    ///
    /// # Errors
    ///
    /// Something of it failed; the next call does it.
    pub(crate) fn tidy(&mut self) -> io::Result<()> {
        let mut damaged = self.write_acks()?;
        let done = self.done();
        if !done.is_empty() {
            // The acks must be on the disk, under their name, before anything goes that they are about.
            self.acks.sync(&*self.io)?;
            self.sync_names()?;
            for first in done {
                self.remove_segment(first)?;
                damaged.remove(&first);
            }
            self.sync_names()?;
        }
        self.acks.compact(&*self.io, &self.settled(), &damaged)?;
        self.sync_names()
    }

    /// Writes down what is settled, and removes all segments that nobody needs any more.
    ///
    /// # Errors
    ///
    /// Something of it failed; opening the files again and tidying does it.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        self.end_active();
        self.tidy()?;
        self.acks.sync(&*self.io)?;
        self.sync_names()
    }

    /// Returns the segments that hold damage, all of which are written down.
    fn write_acks(&mut self) -> io::Result<BTreeSet<u64>> {
        let newly = self.damaged(|damage| damage == Damage::Found);
        let all = self.damaged(|damage| damage != Damage::None);
        self.acks.write(&*self.io, &self.settled(), &all, &newly)?;
        let mut state = self.shelf.state();
        for first in newly {
            if let Some(segment) = state.segments.get_mut(&first) {
                segment.damage = Damage::Noted;
            }
        }
        Ok(all)
    }

    /// Readers do not wait while it is written.
    fn settled(&self) -> Arc<Ranges> {
        Arc::clone(&self.shelf.state().settled)
    }

    /// The segments whose damage is such.
    fn damaged(&self, such: impl Fn(Damage) -> bool) -> BTreeSet<u64> {
        let state = self.shelf.state();
        let damaged = state.segments.iter().filter(|(_, segment)| such(segment.damage));
        damaged.map(|(first, _)| *first).collect()
    }

    /// The segments all of whose records are settled.
    fn done(&self) -> Vec<u64> {
        let state = self.shelf.state();
        let done = state.segments.iter().filter(|(first, segment)| {
            segment.end.is_some_and(|end| state.settled.contains(&(**first..end)))
        });
        done.map(|(first, _)| *first).collect()
    }

    /// Removes a segment, or puts it aside if it holds damage: what could not be read is not deleted.
    pub(super) fn remove_segment(&mut self, first: u64) -> io::Result<()> {
        let Some(damage) = self.shelf.state().segments.get(&first).map(|segment| segment.damage) else {
            return Ok(());
        };
        let name = segment_name(first);
        self.renamed = true;
        if damage == Damage::None {
            self.io.remove(&name).or_else(gone)?;
        } else {
            let aside = self.free_name(&name)?;
            self.io.rename(&name, &aside).or_else(gone)?;
        }
        self.shelf.state().segments.remove(&first);
        self.unsynced.retain(|(unsynced, _)| *unsynced != first);
        Ok(())
    }

    /// A name for a file that is put aside, which no other has.
    fn free_name(&self, name: &str) -> io::Result<String> {
        let taken: BTreeSet<String> = self.io.list()?.into_iter().map(|(name, _)| name).collect();
        let mut aside = format!("{name}.corrupt");
        let mut number = 1u32;
        while taken.contains(&aside) {
            aside = format!("{name}.{number}.corrupt");
            number += 1;
        }
        Ok(aside)
    }
}

#[cfg(test)]
mod tests;

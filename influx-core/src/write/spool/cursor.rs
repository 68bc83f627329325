//! The way through what was spooled, in the order of sequence numbers.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::format::Head;
use super::ranges::Ranges;
use super::route::Known;
use super::shelf::{Place, Shelf, View, segment_name};
use super::walk::{Step, Walk};

/// Reads frames, one after the other, with files of its own. Calls block.
#[derive(Debug)]
pub(crate) struct Cursor {
    shelf: Arc<Shelf>,
    /// What was not seen yet starts here.
    expected: u64,
    /// Whether `expected` is where something ended. Before, it may be in the middle of a frame.
    started: bool,
    reading: Option<Reading>,
    /// Of a range that is not there, what was not told.
    lost: Range<u64>,
    routes: Known,
}

/// The segment that is read.
#[derive(Debug)]
struct Reading {
    first: u64,
    walk: Walk,
    /// Whether the walk came to what is expected. Frames before are passed over; none may follow.
    arrived: bool,
}

/// What stands next.
#[derive(Debug)]
pub(crate) enum Found {
    /// A frame, whose lines [`Shelf::load`] reads.
    Frame(Place),
    /// Records that were written and are not there.
    Lost { seqs: Range<u64> },
    /// Records that had their verdict before it was their turn to be written, and the acks do not say so. Whoever
    /// settles them lets their segment go.
    Settled { seqs: Range<u64> },
}

impl Cursor {
    /// Starts with the frame that holds `from_seq`. Frames all of whose records have their verdict are passed over.
    pub(crate) fn new(shelf: Arc<Shelf>, from_seq: u64) -> Self {
        Self {
            shelf,
            expected: from_seq,
            started: false,
            reading: None,
            lost: 0..0,
            routes: Known::default(),
        }
    }

    /// What stands next; `None` when all was seen of what may be read by now.
    ///
    /// # Errors
    ///
    /// A file cannot be read. The next call tries the same again.
    pub(crate) fn next(&mut self) -> io::Result<Option<Found>> {
        loop {
            if let Some(seqs) = self.shelf.state().settled.first_missing(&self.lost) {
                self.lost.start = seqs.end;
                return Ok(Some(Found::Lost { seqs }));
            }
            self.lost = 0..0;
            let committed = self.shelf.committed();
            if self.expected >= committed {
                return Ok(None);
            }
            match self.shelf.view(self.expected) {
                View::Gap(end) => self.miss(end.min(committed)),
                View::Segment { first, len, end } => {
                    if let Some(found) = self.read(first, len, end, committed)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
    }

    /// Passes over the rest of a segment that cannot be read, which is kept and put aside. Returns the records that
    /// have no verdict of it; nobody is told that they are lost.
    pub(crate) fn pass_over(&mut self) -> Ranges {
        let committed = self.shelf.committed();
        let start = self.expected;
        if let View::Segment { first, end, .. } = self.shelf.view(start) {
            self.shelf.found_damage(first);
            self.expected = end.unwrap_or(committed).min(committed).max(start);
        }
        (self.reading, self.started) = (None, true);
        self.shelf.state().settled.missing(start..self.expected)
    }

    /// What was expected is not there, up to `end`.
    fn miss(&mut self, end: u64) {
        self.lost = self.expected..end;
        (self.expected, self.started) = (end, true);
    }

    /// One step in a segment, which ends with the byte `len` and the sequence number `end`.
    fn read(&mut self, first: u64, len: u64, end: Option<u64>, committed: u64) -> io::Result<Option<Found>> {
        let bound = end.unwrap_or(committed).min(committed);
        let mut reading = match self.reading.take() {
            Some(reading) if reading.first == first => reading,
            _ => match self.shelf.read(first) {
                Ok(file) => Reading { first, walk: Walk::new(file), arrived: false },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.miss(bound);
                    return Ok(None);
                }
                Err(error) => return Err(error),
            },
        };
        let found = self.step(&mut reading, len, bound, end);
        self.reading = Some(reading);
        found
    }

    fn step(
        &mut self,
        reading: &mut Reading,
        len: u64,
        bound: u64,
        end: Option<u64>,
    ) -> io::Result<Option<Found>> {
        match reading.walk.step(len)? {
            Step::Frame(head) => return self.frame(reading, head, len, bound, end),
            // nothing is left
            Step::CutShort(_) | Step::End => self.miss(bound),
            // what it held is missing when the next frame is found, or nothing more
            Step::Named(_) | Step::Damage => self.shelf.found_damage(reading.first),
            Step::Version(_) => {
                let name = segment_name(reading.first);
                let what = format!("{name} was made by a newer version of this crate: open it with that one");
                return Err(io::Error::new(io::ErrorKind::Unsupported, what));
            }
        }
        Ok(None)
    }

    /// A whole frame with a good head.
    fn frame(
        &mut self,
        reading: &mut Reading,
        head: Head,
        len: u64,
        bound: u64,
        end: Option<u64>,
    ) -> io::Result<Option<Found>> {
        let seqs = head.seqs();
        if seqs.start > self.expected {
            reading.arrived = true;
            // behind it may be a copy of what the next segment holds, or what is not to be read yet
            self.miss(seqs.start.min(bound));
            return Ok(None);
        }
        let is_before = seqs.end <= self.expected;
        let overlaps = self.started && seqs.start < self.expected;
        let ends_too_late = end.is_some_and(|end| seqs.end > end);
        if is_before || overlaps || ends_too_late {
            if reading.arrived || !is_before {
                // nobody wrote this here
                self.shelf.found_damage(reading.first);
            }
            reading.walk.pass(&head);
            return Ok(None);
        }
        let passed = self.shelf.state().settled.contains(&seqs);
        let place = if passed || head.is_settled() { None } else { self.place(reading, &head, len)? };
        reading.arrived = true;
        reading.walk.pass(&head);
        let Some(place) = place else {
            if !head.is_settled() && !passed {
                self.shelf.found_damage(reading.first);
                self.miss(seqs.end);
                return Ok(None);
            }
            (self.expected, self.started) = (seqs.end, true);
            return Ok((!passed).then_some(Found::Settled { seqs }));
        };
        (self.expected, self.started) = (seqs.end, true);
        Ok(Some(Found::Frame(place)))
    }

    /// Where a frame is and where its lines go; `None` if that is not as it was written.
    fn place(&mut self, reading: &mut Reading, head: &Head, len: u64) -> io::Result<Option<Place>> {
        let at = reading.walk.at();
        let Some(json) = reading.walk.route(head, len)? else { return Ok(None) };
        let Some((destination, precision)) = self.routes.parse(json) else { return Ok(None) };
        Ok(Some(Place { segment: reading.first, at, head: head.clone(), destination, precision }))
    }
}

#[cfg(test)]
mod tests;

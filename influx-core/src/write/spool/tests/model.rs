//! A plain model of the log: what is known of each record.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use fastrand::Rng;

use crate::write::batch::Batch;
use crate::write::spool::sample::batch;

/// What is known of each record that was given a sequence number, and may be in the files.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// By the first sequence number.
    pub(super) frames: BTreeMap<u64, Frame>,
    /// Of every sequence number below `next`, and of those of the frames that wait.
    pub(super) records: BTreeMap<u64, Record>,
    /// The sequence number that the log gives next.
    pub(super) next: u64,
    /// Frames that could not be written yet, or whose sync failed: they are appended first.
    pub(super) waiting: VecDeque<u64>,
    /// What this process appended and has not synced starts here.
    pub(super) synced: u64,
    /// What processes that ended wrote and did not sync. It may be found where nothing stands that must be there: with a
    /// name that comes back in a crash, or behind the end of a segment when the next one is gone.
    pub(super) earlier: Vec<(u64, Frame)>,
    texts: u64,
}

/// What was handed to the log, or found in it.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) batch: Arc<Batch>,
    pub(super) born_ms: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Record {
    /// The log took it, and did not take that back.
    pub(super) appended: bool,
    /// A sync that covers it succeeded: it must not be lost.
    pub(super) durable: bool,
    /// It has its verdict, or it was told that it is lost.
    pub(super) settled: bool,
    /// That is on the disk: it must not come back.
    pub(super) noted: bool,
}

impl Model {
    /// A new frame, to be appended last.
    pub(super) fn make_frame(&mut self, rng: &mut Rng) {
        let texts: Vec<_> = (0..rng.usize(1..5))
            .map(|_| {
                self.texts += 1;
                let padding = match rng.u8(0..40) {
                    0 => rng.usize(0..14_000),
                    1..6 => rng.usize(0..1_500),
                    _ => rng.usize(0..40),
                };
                format!("m,pad={} f={}", "x".repeat(padding + 1), self.texts)
            })
            .collect();
        let lines: Vec<_> = texts.iter().map(String::as_str).collect();
        let mut batch = batch(["a", "b", "a longer name"][rng.usize(0..3)], &lines);
        batch.repeatable = rng.bool();
        let first = self.end();
        for seq in first..first + batch.lines() as u64 {
            self.records.insert(seq, Record::default());
        }
        self.frames.insert(first, Frame { batch: Arc::new(batch), born_ms: rng.u64(..) });
        self.waiting.push_back(first);
    }

    /// Behind the last record.
    pub(super) fn end(&self) -> u64 {
        self.frames
            .last_key_value()
            .map_or(0, |(first, frame)| first + frame.batch.lines() as u64)
            .max(self.next)
    }

    /// Behind the last record that may be in the files.
    pub(super) fn last_end(&self) -> u64 {
        let earlier = self.earlier.iter().map(|(first, frame)| first + frame.batch.lines() as u64);
        earlier.fold(self.end(), u64::max)
    }

    /// Whether an earlier process wrote it, and nothing that must be there stands in its place.
    pub(super) fn is_of_earlier(&self, first: u64, frame: &Frame, crashed: bool) -> bool {
        let must_be = |record: &Record| record.durable || record.noted || (record.appended && !crashed);
        let free = self.all(first..first + frame.batch.lines() as u64, |record| !must_be(record));
        free && self.earlier.iter().any(|(other, earlier)| *other == first && earlier == frame)
    }

    pub(super) fn starts_in(&self, seqs: &Range<u64>) -> Vec<u64> {
        self.frames.range(seqs.clone()).map(|(first, _)| *first).collect()
    }

    pub(super) fn seqs(&self, first: u64) -> Range<u64> {
        first..first + self.frames[&first].batch.lines() as u64
    }

    /// The records of a range for which something holds.
    pub(super) fn all(&self, range: Range<u64>, holds: impl Fn(&Record) -> bool) -> bool {
        self.records.range(range).all(|(_, record)| holds(record))
    }

    pub(super) fn change(&mut self, range: Range<u64>, change: impl Fn(&mut Record)) {
        self.records.range_mut(range).for_each(|(_, record)| change(record));
    }

    /// The frame that waits first was appended.
    pub(super) fn appended(&mut self) {
        let first = self.waiting.pop_front().unwrap();
        let seqs = self.seqs(first);
        self.change(seqs.clone(), |record| record.appended = true);
        self.next = seqs.end;
    }

    /// All that was appended since the last time is on the disk.
    pub(super) fn was_synced(&mut self) {
        self.change(self.synced..self.next, |record| record.durable = true);
        self.synced = self.next;
    }

    /// What was appended since then is taken back, and waits again.
    pub(super) fn take_back(&mut self) {
        let again: Vec<_> = self.frames.range(self.synced..self.next).map(|(first, _)| *first).collect();
        self.change(self.synced..self.next, |record| record.appended = false);
        again.into_iter().rev().for_each(|first| self.waiting.push_front(first));
        self.next = self.synced;
    }

    /// All acks are on the disk.
    pub(super) fn was_noted(&mut self) {
        self.change(0..u64::MAX, |record| record.noted |= record.settled);
    }

    /// The frames that the log must show below `committed`, from `from` on.
    pub(super) fn visible(&self, from: u64, committed: u64) -> Vec<u64> {
        let frames = self.frames.range(from..committed).map(|(first, _)| *first);
        frames.filter(|first| !self.all(self.seqs(*first), |record| record.settled)).collect()
    }
}

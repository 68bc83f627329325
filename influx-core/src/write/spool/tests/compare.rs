//! What a log shows, compared with what the model knows.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::model::{Frame, Model, Record};
use crate::write::batch::Batch;
use crate::write::spool::cursor::{Cursor, Found};
use crate::write::spool::log::Log;
use crate::write::spool::memory_disk::MemoryDisk;
use crate::write::spool::ranges::Ranges;
use crate::write::spool::shelf::{LoadError, Place, Shelf};

/// How the log came to be opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The power was cut.
    Crash,
    /// The process ended: what was written is there.
    Kill,
    /// The log was closed, and said that it went well.
    Close,
}

/// What a cursor found.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Frame(u64, Frame),
    Lost(Range<u64>),
    /// A frame that says that its records had their verdict, which the acks do not say.
    Settled(Range<u64>),
}

impl Item {
    pub(super) fn seqs(&self) -> Range<u64> {
        match self {
            Self::Frame(first, frame) => *first..*first + frame.batch.lines() as u64,
            Self::Lost(seqs) | Self::Settled(seqs) => seqs.clone(),
        }
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Frame(one, frame), Self::Frame(other, as_well)) => one == other && frame == as_well,
            (Self::Lost(one), Self::Lost(other)) | (Self::Settled(one), Self::Settled(other)) => one == other,
            _ => false,
        }
    }
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        let parts = |frame: &Self| {
            let batch = Arc::clone(&frame.batch);
            (batch.body.clone(), batch.ends.clone(), batch.repeatable, batch.precision, frame.born_ms)
        };
        parts(self) == parts(other) && self.batch.destination == other.batch.destination
    }
}

/// What histories came by: where one of these does not happen, nothing is shown of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Met {
    pub(super) images: u64,
    /// Records without a verdict that were durable when the power was cut, and found in the image.
    pub(super) durable: u64,
    /// Ranges of records that an image had lost.
    pub(super) lost: u64,
    /// Segments that went.
    pub(super) removed: u64,
}

impl Met {
    pub(super) fn add(&mut self, other: Self) {
        let Self { images, durable, lost, removed } = other;
        self.images += images;
        self.durable += durable;
        self.lost += lost;
        self.removed += removed;
    }
}

/// Reads all that there is, and tries again when a read fails: only the end of the power lasts so long.
pub(super) fn drain(shelf: &Arc<Shelf>, cursor: &mut Cursor) -> io::Result<Vec<Item>> {
    let mut items = Vec::new();
    loop {
        items.push(match patient(|| cursor.next())? {
            None => return Ok(items),
            Some(Found::Lost { seqs }) => Item::Lost(seqs),
            Some(Found::Settled { seqs }) => Item::Settled(seqs),
            Some(Found::Frame(place)) => match patient(|| load(shelf, &place))? {
                Some(batch) => {
                    let seqs = place.seqs();
                    assert_eq!(batch.lines() as u64, seqs.end - seqs.start);
                    Item::Frame(seqs.start, Frame { batch, born_ms: place.born_ms() })
                }
                None => Item::Lost(place.seqs()),
            },
        });
    }
}

/// Tries more often than a test lets calls fail.
fn patient<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    (0..50).find_map(|_| call().ok()).map_or_else(&mut call, Ok)
}

/// The lines of a frame; `None` if they are lost.
fn load(shelf: &Shelf, place: &Place) -> io::Result<Option<Arc<Batch>>> {
    match shelf.load(place) {
        Ok(batch) => Ok(Some(batch)),
        Err(LoadError::Corrupt { seqs, .. }) => {
            assert_eq!(seqs, place.seqs());
            Ok(None)
        }
        Err(LoadError::Io { source, .. }) => Err(source),
    }
}

/// Opens what is there, several times, and compares it.
pub(super) fn opened(disk: &MemoryDisk, max_bytes: u64, model: &mut Model, end: End) -> (Log, Vec<Item>) {
    disk.take_made();
    let open = || Log::open(Arc::new(disk.clone()), max_bytes).unwrap();
    let mut first = open();
    let (next, unsettled) = (first.next_seq(), first.unsettled());
    let items = drain(&first.shelf(), &mut Cursor::new(first.shelf(), 0)).unwrap();
    first = open();
    assert_eq!((first.next_seq(), first.unsettled()), (next, unsettled), "opened twice");
    assert_eq!(compare(&mut first, model, end), items, "opened twice");
    assert_eq!(disk.take_made(), [], "opening and reading changed something");
    (first, items)
}

/// Compares a log that was opened with what must be there, tells it the losses, and makes the model one of what is
/// there.
fn compare(log: &mut Log, model: &mut Model, end: End) -> Vec<Item> {
    let next = log.next_seq();
    let shelf = log.shelf();
    let items = drain(&shelf, &mut Cursor::new(log.shelf(), 0)).unwrap();
    let mut left = log.unsettled();
    let mut behind = 0;
    for item in &items {
        let seqs = item.seqs();
        assert!(behind <= seqs.start && seqs.start < seqs.end && seqs.end <= next, "{items:?}");
        behind = seqs.end;
        if let Item::Frame(first, frame) = item
            && model.frames.get(first) != Some(frame)
        {
            assert!(model.is_of_earlier(*first, frame, end == End::Crash), "invented: {first} {frame:?}");
        }
    }
    for item in &items {
        left = without(&left, &item.seqs());
    }
    assert!(left.is_empty(), "neither settled nor found nor told to be lost: {left:?}");

    let oldest = shelf.state().segments.keys().next().copied().unwrap_or(next);
    let known = Known { next, items: &items, oldest };
    for (seq, record) in &model.records {
        known.check(*seq, record, end);
    }
    assert!(items.iter().all(|item| item.seqs().end <= model.last_end()), "never written: {items:?}");
    let durable =
        model.records.iter().filter(|(_, record)| record.durable || record.noted).map(|(seq, _)| seq + 1);
    assert!(next >= durable.max().unwrap_or(0) && next <= model.last_end(), "{next}");
    let appended = model.records.iter().filter(|(_, record)| record.appended).map(|(seq, _)| seq + 1);
    assert!(end == End::Crash || next >= appended.max().unwrap_or(0), "{next} after {end:?}");

    adopt(log, model, &items, end);
    items
}

struct Known<'a> {
    next: u64,
    items: &'a [Item],
    /// Where the oldest segment starts.
    oldest: u64,
}

impl Known<'_> {
    /// Whether what was found of a record may be so.
    fn check(&self, seq: u64, record: &Record, end: End) {
        let item = self.items.iter().find(|item| item.seqs().contains(&seq));
        let what = || format!("{seq}, which is {record:?}, after {end:?}: {item:?}");
        match item {
            Some(Item::Frame(..)) => assert!(!record.noted, "settled and back: {}", what()),
            Some(Item::Settled(_)) => {
                let may_be = record.settled || (end == End::Crash && !record.durable);
                assert!(may_be && !record.noted, "settled without a verdict: {}", what());
            }
            Some(Item::Lost(_)) => {
                assert!(!record.durable && !record.noted, "durable and lost: {}", what());
                assert!(end == End::Crash || !record.appended, "lost without a loss of power: {}", what());
            }
            None if record.settled => {}
            None if record.durable || (end != End::Crash && record.appended) => {
                panic!("lost in silence: {}", what())
            }
            // it never was on the disk: nothing is left that could tell
            None => assert!(seq >= self.next || seq < self.oldest, "lost in silence: {}", what()),
        }
    }
}

/// The model of what is there now.
fn adopt(log: &mut Log, model: &mut Model, items: &[Item], end: End) {
    let next = log.next_seq();
    let old = std::mem::take(&mut model.records);
    // what is there after a crash is on the disk
    let on_disk = end == End::Crash;
    for seq in 0..next {
        let before = old.get(&seq).copied().unwrap_or_default();
        let noted = before.noted || on_disk;
        model.records.insert(seq, Record { appended: true, settled: true, noted, ..before });
    }
    let frames = std::mem::take(&mut model.frames);
    for (first, frame) in frames {
        // what is settled may come back until that is on the disk
        match model.records.get(&first) {
            Some(record) if !record.noted => _ = model.frames.insert(first, frame),
            _ => model.earlier.push((first, frame)),
        }
    }
    for item in items {
        match item {
            Item::Frame(first, frame) => {
                // it may be of an earlier process, from which others started elsewhere
                model.frames.retain(|other, _| !item.seqs().contains(other));
                model.frames.insert(*first, frame.clone());
                model.change(item.seqs(), |record| {
                    (record.settled, record.noted) = (false, false);
                    record.durable |= on_disk;
                });
            }
            Item::Settled(seqs) => {
                log.settle(seqs.clone());
                model.change(seqs.clone(), |record| record.noted = false);
            }
            Item::Lost(seqs) => {
                log.settle(seqs.clone());
                // it may be told again until that is on the disk
                let lost = Record { settled: true, ..Record::default() };
                model.change(seqs.clone(), |record| *record = lost);
                for first in model.starts_in(seqs) {
                    let frame = model.frames.remove(&first);
                    model.earlier.extend(frame.map(|frame| (first, frame)));
                }
            }
        }
    }
    model.waiting.clear();
    (model.next, model.synced) = (next, next);
}

fn without(left: &Ranges, range: &Range<u64>) -> Ranges {
    let mut rest = Ranges::default();
    for seqs in left.iter() {
        rest.insert(seqs.start..seqs.end.min(range.start));
        rest.insert(seqs.start.max(range.end)..seqs.end);
    }
    rest
}

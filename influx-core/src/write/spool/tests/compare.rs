//! What a log shows, compared with what the model knows.

use std::ops::Range;
use std::sync::Arc;

use super::model::{Frame, Model, Record};
use crate::write::spool::cursor::{Cursor, Found};
use crate::write::spool::log::Log;
use crate::write::spool::ranges::Ranges;
use crate::write::spool::shelf::{LoadError, Shelf};

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
}

impl Item {
    pub(super) fn seqs(&self) -> Range<u64> {
        match self {
            Self::Frame(first, frame) => *first..*first + frame.batch.lines() as u64,
            Self::Lost(seqs) => seqs.clone(),
        }
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Frame(one, frame), Self::Frame(other, as_well)) => one == other && frame == as_well,
            (Self::Lost(one), Self::Lost(other)) => one == other,
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

/// Reads all that there is, and tries again when a read fails.
pub(super) fn drain(shelf: &Arc<Shelf>, cursor: &mut Cursor) -> Vec<Item> {
    let mut items = Vec::new();
    let mut failures = 0;
    let mut again = |error: std::io::Error| {
        failures += 1;
        assert!(failures < 100, "reading fails for ever: {error}");
    };
    loop {
        let (seqs, place, born_ms) = match cursor.next() {
            Ok(None) => return items,
            Ok(Some(Found::Lost { seqs })) => {
                items.push(Item::Lost(seqs));
                continue;
            }
            Ok(Some(Found::Frame { seqs, place, born_ms, .. })) => (seqs, place, born_ms),
            Err(error) => {
                again(error);
                continue;
            }
        };
        items.push(loop {
            match shelf.load(&place) {
                Ok(batch) => {
                    assert_eq!(batch.lines() as u64, seqs.end - seqs.start);
                    break Item::Frame(seqs.start, Frame { batch, born_ms });
                }
                Err(LoadError::Corrupt { seqs: lost, .. }) => {
                    assert_eq!(lost, seqs);
                    break Item::Lost(seqs);
                }
                Err(LoadError::Io { source, .. }) => again(source),
            }
        });
    }
}

/// Compares a log that was opened with what must be there, tells it the losses, and makes the model one of what is
/// there.
pub(super) fn compare(log: &mut Log, model: &mut Model, end: End) -> Vec<Item> {
    let next = log.next_seq();
    let shelf = log.shelf();
    let items = drain(&shelf, &mut Cursor::new(log.shelf(), 0));
    let mut left = log.unsettled();
    let mut behind = 0;
    for item in &items {
        let seqs = item.seqs();
        assert!(behind <= seqs.start && seqs.start < seqs.end && seqs.end <= next, "{items:?}");
        behind = seqs.end;
        if let Item::Frame(first, frame) = item {
            assert_eq!(model.frames.get(first), Some(frame), "invented");
        }
    }
    for item in &items {
        left = without(&left, &item.seqs());
    }
    let settled_frames = true;
    assert!(settled_frames || left.is_empty(), "neither settled nor found nor told to be lost: {left:?}");

    let oldest = shelf.state().segments.keys().next().copied().unwrap_or(next);
    let known = Known { next, items: &items, oldest };
    for (seq, record) in &model.records {
        known.check(*seq, record, end);
    }
    assert!(items.iter().all(|item| item.seqs().end <= model.end()), "never written: {items:?}");
    let durable = model.records.iter().filter(|(_, record)| record.durable || record.noted).map(|(seq, _)| seq + 1);
    assert!(next >= durable.max().unwrap_or(0) && next <= model.end(), "{next}");
    assert!(end == End::Crash || next >= model.next, "{next} follows {}", model.next);

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
        let what = format!("{seq}, which is {record:?}, after {end:?}: {item:?}");
        match item {
            Some(Item::Frame(..)) => assert!(!record.noted, "settled and back: {what}"),
            Some(Item::Lost(_)) => {
                assert!(!record.durable && !record.noted, "durable and lost: {what}");
                assert!(end == End::Crash || !record.appended, "lost without a loss of power: {what}");
            }
            None if record.settled => {}
            None if record.durable || (end != End::Crash && record.appended) => panic!("lost in silence: {what}"),
            // it never was on the disk: nothing is left that could tell
            None => assert!(seq >= self.next || seq < self.oldest, "lost in silence: {what}"),
        }
    }
}

/// The model of what is there now.
fn adopt(log: &mut Log, model: &mut Model, items: &[Item], end: End) {
    let next = log.next_seq();
    let old = std::mem::take(&mut model.records);
    // what is there after a crash is on the disk
    let on_disk = end != End::Kill;
    for seq in 0..next {
        let before = old.get(&seq).copied().unwrap_or_default();
        let noted = before.noted || on_disk;
        model.records.insert(seq, Record { appended: true, settled: true, noted, ..before });
    }
    let records = &model.records;
    let found = |first| items.iter().any(|item| matches!(item, Item::Frame(seq, _) if *seq == first));
    // what is settled may come back until that is on the disk
    model.frames.retain(|first, _| records.get(first).is_some_and(|record| !record.noted) || found(*first));
    for item in items {
        match item {
            Item::Frame(..) => model.change(item.seqs(), |record| {
                (record.settled, record.noted) = (false, false);
                record.durable |= on_disk;
            }),
            Item::Lost(seqs) => {
                log.settle(seqs.clone());
                model.change(seqs.clone(), |record| (record.durable, record.noted) = (false, false));
                model.frames.retain(|first, _| !seqs.contains(first));
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

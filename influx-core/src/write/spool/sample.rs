//! Batches and logs for the tests.

use std::sync::Arc;

use super::cursor::{Cursor, Found};
use super::log::Log;
use super::memory_disk::MemoryDisk;
use super::shelf::{LoadError, Shelf};
use crate::line::Precision;
use crate::write::batch::Batch;

/// A batch of these lines, which get their newlines.
pub(super) fn batch(bucket: &str, lines: &[&str]) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for line in lines {
        body.extend_from_slice(line.as_bytes());
        body.push(b'\n');
        ends.push(body.len() as u32);
    }
    Batch {
        destination: Arc::new(bucket.into()),
        precision: Precision::Nanoseconds,
        body: body.into(),
        ends,
        repeatable: true,
    }
}

/// What a cursor finds, in a word each: `bucket start..end lines` `lost start..end`
/// or `settled start..end`.
pub(super) fn drain(shelf: &Arc<Shelf>, cursor: &mut Cursor) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(found) = cursor.next().unwrap() {
        all.push(match found {
            Found::Lost { seqs } => format!("lost {seqs:?}"),
            Found::Settled { seqs } => format!("settled {seqs:?}"),
            Found::Frame(place) => {
                let (seqs, destination) = (place.seqs(), place.destination());
                match shelf.load(&place) {
                    Ok(batch) => {
                        assert_eq!(batch.destination, *destination);
                        assert_eq!(batch.lines() as u64, seqs.end - seqs.start);
                        format!("{} {seqs:?} {}", destination.name(), texts(&batch))
                    }
                    Err(LoadError::Corrupt { seqs: lost, .. }) => {
                        assert_eq!(lost, seqs);
                        format!("corrupt {seqs:?}")
                    }
                    Err(LoadError::Io { file, source }) => panic!("{file}: {source}"),
                }
            }
        });
    }
    all
}

/// The lines of a batch, with commas between.
fn texts(batch: &Batch) -> String {
    std::str::from_utf8(&batch.body).unwrap().trim_end().replace('\n', ",")
}

/// What all of a log holds that has no verdict.
pub(crate) fn contents(log: &Log) -> Vec<String> {
    drain(&log.shelf(), &mut Cursor::new(log.shelf(), 0))
}

pub(super) fn open(disk: &MemoryDisk) -> Log {
    Log::open(Arc::new(disk.clone()), 1 << 30).unwrap()
}

/// A log of three frames of two, one and three lines, which were synced.
pub(super) fn three_frames(disk: &MemoryDisk) -> Log {
    let mut log = open(disk);
    for batch in
        [batch("a", &["a f=1", "a f=2"]), batch("b", &["b f=3"]), batch("a", &["a f=4", "a f=5", "a f=6"])]
    {
        log.append(&batch, 1_700_000_000_000).unwrap();
    }
    log.sync().unwrap();
    log
}

/// What [`three_frames`] holds.
pub(super) const THREE_FRAMES: [&str; 3] = ["a 0..2 a f=1,a f=2", "b 2..3 b f=3", "a 3..6 a f=4,a f=5,a f=6"];

//! Files whose bytes were changed at random: whatever they hold, nothing panics, the order holds, and every record is
//! found, lost or settled. (More of them: the fuzz target.)

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::write::spool::cursor::{Cursor, Found};
use crate::write::spool::error::LogError;
use crate::write::spool::log::Log;
use crate::write::spool::memory_disk::MemoryDisk;
use crate::write::spool::ranges::Ranges;
use crate::write::spool::sample::{batch, open};
use crate::write::spool::shelf::LoadError;

type Files = BTreeMap<String, Vec<u8>>;

/// Opens these files, twice, and reads them; or says which promise does not hold. Whether they could be opened.
fn check(files: &Files) -> Result<bool, String> {
    let disk = MemoryDisk::new();
    files.iter().for_each(|(name, bytes)| disk.put(name, bytes));
    let first = read_all(&disk)?;
    if first != read_all(&disk)? {
        return Err("opening the files again gives something else".to_owned());
    }
    match disk.contents() == *files {
        true => Ok(first.is_some()),
        false => Err("a file was changed".to_owned()),
    }
}

/// Where each thing starts that was found, and whether its lines could be had; none if the files are refused as
/// those of another version.
fn read_all(disk: &MemoryDisk) -> Result<Option<Vec<(u64, bool)>>, String> {
    let log = match Log::open(Arc::new(disk.clone()), u64::MAX) {
        Ok(log) => log,
        Err(LogError::Version { .. } | LogError::Number { .. }) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let (shelf, unsettled) = (log.shelf(), log.unsettled());
    let mut cursor = Cursor::new(log.shelf(), 0);
    let (mut all, mut told, mut end) = (Vec::new(), Ranges::default(), 0);
    loop {
        let (seqs, loaded) = match cursor.next() {
            Ok(Some(Found::Lost { seqs } | Found::Settled { seqs })) => (seqs, false),
            Ok(Some(Found::Frame(place))) => {
                let seqs = place.seqs();
                match shelf.load(&place) {
                    Ok(batch) if batch.lines() as u64 == seqs.end - seqs.start => (seqs, true),
                    Ok(batch) => return Err(format!("{} lines for {seqs:?}", batch.lines())),
                    Err(LoadError::Corrupt { seqs: lost, .. }) if lost == seqs => (seqs, false),
                    Err(error) => return Err(format!("{seqs:?}: {error}")),
                }
            }
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(Some(all)),
            Err(error) => return Err(error.to_string()),
        };
        if seqs.is_empty() || seqs.start < end {
            return Err(format!("{seqs:?} after {end}"));
        }
        end = seqs.end;
        all.push((seqs.start, loaded));
        told.insert(seqs);
    }
    match unsettled.iter().find(|seqs| !told.contains(seqs)) {
        Some(seqs) => Err(format!("nothing was told of all of {seqs:?}")),
        None => Ok(Some(all)),
    }
}

/// Two runs' files: frames, a settled frame, and acks.
fn files() -> Files {
    let disk = MemoryDisk::new();
    for run in 0..3 {
        let mut log = open(&disk);
        let next = log.next_seq();
        log.append(&batch("a", &["a f=1", "a f=2"]), 0).unwrap();
        log.append_settled(3).unwrap();
        log.append(&batch("b", &["b f=3"]), 0).unwrap();
        log.settle(next + run..next + run + 1);
        log.tidy().unwrap();
    }
    disk.contents()
}

#[test]
fn whatever_bytes_change_are_missing_or_stand_twice_the_promises_hold() {
    let good = files();
    assert_eq!(check(&good), Ok(true));
    let names: Vec<_> = good.keys().cloned().collect();
    let (mut random, mut opened) = (fastrand::Rng::with_seed(11), 0);
    for round in 0..3_000 {
        let mut files = good.clone();
        for _ in 0..random.usize(1..4) {
            let Some(bytes) = files.get_mut(&names[random.usize(..names.len())]) else { continue };
            let end = bytes.len().min(1_000);
            let (a, b) = (random.usize(..=end), random.usize(..=end));
            let (a, b) = (a.min(b), a.max(b));
            match random.u8(..6) {
                0 => bytes[a..b.min(a + 3)].fill(random.u8(..)),
                1 => bytes.truncate(a),
                2 => _ = bytes.drain(a..b),
                3 => bytes.extend_from_within(a..b),
                4 => {
                    let piece = bytes[a..b].to_vec();
                    bytes.splice(a..a, piece);
                }
                _ => _ = files.remove(&names[random.usize(..names.len())]),
            }
        }
        opened += u32::from(check(&files).unwrap_or_else(|why| panic!("round {round}: {why}")));
    }
    assert!(opened > 2_500, "only {opened} of 3,000 could be opened");
}

//! What the files of earlier runs hold, found without writing anything.

use std::sync::Arc;

use super::acks::{self, Acks};
use super::error::LogError;
use super::format::{FILE_HEAD, FileHead, FileKind};
use super::io::{SpoolIo, read_full};
use super::shelf::{Damage, Segment, Shelf, State, segment_name};
use super::walk::{Step, Walk};

/// No writer lives to see it, and behind it numbers would run out.
const LAST_SEQ: u64 = u64::MAX / 4 * 3;

/// What was found.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) shelf: Arc<Shelf>,
    pub(super) acks: Acks,
    pub(super) next_seq: u64,
}

/// Reads the heads of the files, the log of acks, and the last segment from head to head. What else is wrong shows when
/// it is read.
pub(super) fn recover(io: Arc<dyn SpoolIo>) -> Result<Recovered, LogError> {
    let mut state = State::default();
    for (name, len) in io.list().map_err(|error| LogError::io("the directory", error))? {
        if let Some(first) = first_seq(&name) {
            let damage = check_head(&*io, &name)?;
            state.segments.insert(first, Segment { len, end: None, damage });
        }
    }
    let (mut acks, noted) = Acks::read(&*io)?;
    for first in &noted.damaged {
        if let Some(segment) = state.segments.get_mut(first) {
            segment.damage = Damage::Noted;
        }
    }
    let mut settled = noted.settled;

    let mut next_seq = check_number(acks::NAME, settled.end())?;
    if let Some((first, last)) = state.segments.iter_mut().next_back() {
        next_seq = next_seq.max(check_number(&segment_name(*first), walk_to_end(&*io, *first, last)?)?);
    }
    let mut end = next_seq;
    for (first, segment) in state.segments.iter_mut().rev() {
        segment.end = Some(end);
        end = *first;
    }
    // Segments go from the front, and their acks may be forgotten. Only a log of acks that was read in full says that
    // something is missing there.
    if !noted.whole {
        settled.insert(0..end);
        acks.settle(0..end);
    }
    state.settled = Arc::new(settled);
    let shelf = Arc::new(Shelf::new(io, state, next_seq));
    Ok(Recovered { shelf, acks, next_seq })
}

/// The sequence number that the name of a segment holds; `None` if it is another file.
pub(super) fn first_seq(name: &str) -> Option<u64> {
    let seq = name.strip_prefix("seg-")?.strip_suffix(".log")?.parse().ok()?;
    (segment_name(seq) == name).then_some(seq)
}

fn check_head(io: &dyn SpoolIo, name: &str) -> Result<Damage, LogError> {
    let mut head = [0; FILE_HEAD];
    let read = io.read(name).and_then(|mut file| read_full(&mut *file, 0, &mut head));
    let read = read.map_err(|error| LogError::io(name, error))?;
    match FileKind::Segment.check(&head[..read]) {
        FileHead::Good | FileHead::Short => Ok(Damage::None),
        FileHead::Broken => Ok(Damage::Found),
        FileHead::Version(version) => Err(LogError::version(name, version)),
    }
}

/// Where the sequence numbers end that the last segment is known to hold.
fn walk_to_end(io: &dyn SpoolIo, first: u64, segment: &mut Segment) -> Result<u64, LogError> {
    let name = segment_name(first);
    let failed = |error| LogError::io(&name, error);
    let mut walk = Walk::new(io.read(&name).map_err(failed)?);
    let mut end = first;
    loop {
        match walk.step(segment.len).map_err(failed)? {
            Step::Frame(head) => {
                end = end.max(head.seqs().end);
                walk.pass(&head);
            }
            Step::CutShort(head) => return Ok(end.max(head.seqs().end)),
            Step::Named(seqs) => {
                end = end.max(seqs.end);
                segment.damage = segment.damage.found();
            }
            Step::Damage => segment.damage = segment.damage.found(),
            Step::Version(flags) => return Err(LogError::version(&name, flags.into())),
            Step::End => return Ok(end),
        }
    }
}

fn check_number(file: &str, number: u64) -> Result<u64, LogError> {
    if number > LAST_SEQ { Err(LogError::Number { file: file.to_owned(), number }) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::log::Log;
    use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
    use crate::write::spool::sample::{THREE_FRAMES, batch, contents, open, three_frames};

    fn error(disk: &MemoryDisk) -> String {
        Log::open(Arc::new(disk.clone()), 1 << 30).unwrap_err().to_string()
    }

    /// A file head of version 2.
    fn newer(kind: FileKind) -> Vec<u8> {
        let mut head = kind.head().to_vec();
        head[8] = 2;
        let crc = crc32fast::hash(&head[..12]);
        head[12..].copy_from_slice(&crc.to_le_bytes());
        head
    }

    #[test]
    fn a_newer_version_is_refused_and_nothing_is_touched() {
        let segment = segment_name(0);
        for (kind, name) in [(FileKind::Segment, segment.as_str()), (FileKind::Acks, acks::NAME)] {
            let disk = MemoryDisk::new();
            three_frames(&disk);
            disk.put(name, &newer(kind));
            disk.take_made();
            let before = disk.contents();
            assert_eq!(
                error(&disk),
                format!(
                    "{name} was made by a newer version of this crate (it says 2): open it with that one"
                )
            );
            assert!(disk.take_made().is_empty() && disk.contents() == before, "{name}");
        }
    }

    #[test]
    fn a_flag_that_is_not_known_says_so_too() {
        let disk = MemoryDisk::new();
        three_frames(&disk);
        let mut bytes = disk.contents().remove(&segment_name(0)).unwrap();
        bytes[16 + 30] |= 4;
        let crc = crc32fast::hash(&bytes[16 + 8..16 + 44]);
        bytes[20..24].copy_from_slice(&crc.to_le_bytes());
        disk.put(&segment_name(0), &bytes);
        let error = error(&disk);
        assert!(error.contains("was made by a newer version"), "{error}");
    }

    #[test]
    fn opening_and_reading_write_nothing_and_other_files_are_left_alone() {
        let disk = MemoryDisk::new();
        three_frames(&disk);
        for name in [
            "LOCK",
            "notes.txt",
            "seg-1.log",
            "seg-+0000000000000000001.log",
            "seg-00000000000000000001.log.corrupt",
            "seg-99999999999999999999.log",
        ] {
            disk.put(name, b"not ours");
        }
        let before = disk.contents();
        disk.take_made();
        let mut log = open(&disk);
        assert_eq!(contents(&log), THREE_FRAMES);
        log.tidy().unwrap();
        assert!(disk.take_made().is_empty());
        assert_eq!(disk.contents(), before);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_names_the_file() {
        for (call, nth, name) in [
            (Call::List, 0, "the directory"),
            (Call::Open, 0, "seg-"),
            (Call::Read, 0, "seg-"),
            (Call::Open, 1, "acks.log"),
        ] {
            let disk = MemoryDisk::new();
            three_frames(&disk);
            disk.fail(call, nth..nth + 1, Fault::Broken);
            let error = error(&disk);
            assert!(error.starts_with(name) && error.ends_with(" cannot be read"), "{error}");
        }
    }

    #[test]
    fn numbers_go_on_behind_whatever_was_seen() {
        // a log whose only segment was settled and removed
        let disk = MemoryDisk::new();
        let mut log = three_frames(&disk);
        log.settle(0..6);
        log.close().unwrap();
        assert_eq!(open(&disk).next_seq(), 6);
        // records that were sent before they were synced
        let disk = MemoryDisk::new();
        let mut log = three_frames(&disk);
        log.settle(0..9);
        log.tidy().unwrap();
        assert_eq!((open(&disk).next_seq(), open(&disk).unsettled().total()), (9, 0));
        // a segment of which nothing but the name is there
        let disk = MemoryDisk::new();
        disk.put(&segment_name(50), b"");
        let mut log = open(&disk);
        assert_eq!(log.next_seq(), 50);
        log.append(&batch("a", &["a f=1"]), 0).unwrap();
        assert_eq!(contents(&open(&disk)), ["a 50..51 a f=1"]);
    }

    #[test]
    fn numbers_behind_which_there_is_no_room_are_refused_and_nothing_is_touched() {
        let (named, settled) = (MemoryDisk::new(), MemoryDisk::new());
        named.put(&segment_name(u64::MAX), b"");
        let mut log = open(&settled);
        log.settle(0..u64::MAX);
        log.tidy().unwrap();
        for (disk, name) in [(named, segment_name(u64::MAX)), (settled, acks::NAME.to_owned())] {
            let before = disk.contents();
            let what = "has the sequence number 18446744073709551615, which no spool comes to";
            assert_eq!(error(&disk), format!("{name} {what}: move the file elsewhere"));
            assert_eq!(disk.contents(), before);
        }
    }

    #[test]
    fn the_last_number_is_three_quarters_of_the_way() {
        const LAST: u64 = 13_835_058_055_282_163_709;
        for (number, taken) in [(LAST - 1, true), (LAST, true), (LAST + 1, false)] {
            let disk = MemoryDisk::new();
            disk.put(&segment_name(number), b"");
            let next_seq = Log::open(Arc::new(disk), 1 << 30).map(|log| log.next_seq());
            assert_eq!(next_seq.ok(), taken.then_some(number), "{number}");
        }
    }

    #[test]
    fn a_last_segment_in_which_nothing_can_be_read_is_put_aside_when_its_name_is_needed() {
        let disk = MemoryDisk::new();
        let name = segment_name(0);
        disk.put(&name, &[7; 1000]);
        let mut log = open(&disk);
        log.append(&batch("a", &["a f=1"]), 0).unwrap();
        assert_eq!(disk.contents()[&format!("{name}.corrupt")], [7; 1000]);
        assert_eq!(contents(&open(&disk)), ["a 0..1 a f=1"]);
    }

    #[test]
    fn opening_reads_heads_and_no_bodies() {
        let disk = MemoryDisk::new();
        for _ in 0..4 {
            let mut log = open(&disk);
            for _ in 0..4 {
                log.append(&batch("a", &[&"x".repeat(1_000_000)]), 0).unwrap();
            }
        }
        let before = disk.bytes_read();
        assert_eq!(open(&disk).next_seq(), 16);
        assert!(disk.bytes_read() - before < 300_000, "{}", disk.bytes_read() - before);
    }
}

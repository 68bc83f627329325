//! The log of acks: which records have their verdict, and which segments hold damage.
//!
//! It is a file head and records of 24 bytes, each of which stands for itself: magic, checksum of the rest, and two
//! numbers. A record of zeros is room that was set aside, so that acks can be written when the disk is full and
//! the segments that they are about can go.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use super::format::{FILE_HEAD, FileHead, FileKind, u32_at, u64_at};
use super::io::{SpoolFile, SpoolIo, read_full, write_full};
use super::ranges::Ranges;

/// The file, and what takes its place while it is written anew.
pub(super) const NAME: &str = "acks.log";
const NEW_NAME: &str = "acks.new";

/// The size of a record in bytes.
const RECORD: usize = 24;

/// These records have their verdict: `from..to`.
const SETTLED_MAGIC: [u8; 4] = [0xFF, 0xF6, 0xFA, 0xF9];
/// The segment that starts with the first number holds bytes that are wrong; the second number is 0.
const DAMAGED_MAGIC: [u8; 4] = [0xFF, 0xF6, 0xFA, 0xFB];

/// How much room is set aside at a time, in bytes: some hundred records.
const RESERVE: usize = 4096;

/// The size of a file without records.
pub(super) const FIRST_SIZE: u64 = (FILE_HEAD + RESERVE) as u64;

/// From this size on the file is written anew when a quarter of it would do, in bytes.
const COMPACT_FROM: u64 = 1024 * 1024;

/// How much is read or written at once, in bytes; a multiple of a record's size.
const PIECE: usize = RECORD * 2730;

#[derive(Debug, Default)]
pub(super) struct Acks {
    file: Option<Box<dyn SpoolFile>>,
    /// Where the next record goes.
    at: u64,
    /// The size of the file.
    size: u64,
    /// What is not written yet.
    pending: Ranges,
    unsynced: bool,
    /// The file cannot be relied on: the next write makes a new one.
    anew: bool,
    /// A name was made or changed, and may not outlive the loss of power yet.
    pub(super) renamed: bool,
}

/// What the file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Noted {
    pub(super) settled: Ranges,
    /// First sequence numbers of segments.
    pub(super) damaged: BTreeSet<u64>,
    /// Whether every record of the file could be read, and there is one.
    pub(super) whole: bool,
}

/// Why a file cannot be used.
pub(super) enum ReadError {
    Version(u32),
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Acks {
    /// Reads the file if it is there. Nothing is written.
    pub(super) fn read(io: &dyn SpoolIo) -> Result<(Self, Noted), ReadError> {
        let mut noted = Noted::default();
        let mut file = match io.read(NAME) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Self::default(), noted)),
            Err(error) => return Err(error.into()),
        };
        let mut head = [0; FILE_HEAD];
        let read = read_full(&mut *file, 0, &mut head)?;
        let mut acks = Self::default();
        let mut broken = match FileKind::Acks.check(&head[..read]) {
            FileHead::Good => false,
            FileHead::Version(version) => return Err(ReadError::Version(version)),
            FileHead::Short | FileHead::Broken => true,
        };
        let mut piece = vec![0; PIECE];
        let (mut at, mut end_of_good) = (FILE_HEAD as u64, FILE_HEAD as u64);
        loop {
            let read = read_full(&mut *file, at, &mut piece)?;
            for record in piece[..read].chunks(RECORD) {
                at += record.len() as u64;
                match parse(record) {
                    Some(Record::Settled(seqs)) => noted.settled.insert(seqs),
                    Some(Record::Damaged(segment)) => _ = noted.damaged.insert(segment),
                    Some(Record::Room) => continue,
                    None => {
                        broken = true;
                        continue;
                    }
                }
                end_of_good = at;
            }
            if read < PIECE {
                break;
            }
        }
        noted.whole = !broken && end_of_good > FILE_HEAD as u64;
        (acks.at, acks.size, acks.anew) = (end_of_good, at, broken);
        Ok((acks, noted))
    }

    /// The size of the file in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// These records have their verdict; it is written with the next [`write`](Self::write).
    pub(super) fn settle(&mut self, seqs: Range<u64>) {
        self.pending.insert(seqs);
    }

    /// Makes the file with some room if it is not there, so that no ack needs it when the disk is full.
    pub(super) fn make(&mut self, io: &dyn SpoolIo) -> io::Result<()> {
        if self.size > 0 {
            return Ok(());
        }
        // as there is no file, nothing else is settled
        let settled = self.pending.clone();
        self.write_anew(io, &settled, &BTreeSet::new())
    }

    /// Writes what is pending, and that these further segments hold damage. `settled` and `damaged` are all there is,
    /// should the file have to be made anew.
    pub(super) fn write(
        &mut self,
        io: &dyn SpoolIo,
        settled: &Ranges,
        damaged: &BTreeSet<u64>,
        newly: &BTreeSet<u64>,
    ) -> io::Result<()> {
        if self.pending.is_empty() && newly.is_empty() && !self.anew {
            return Ok(());
        }
        if self.anew || self.size < FILE_HEAD as u64 {
            return self.write_anew(io, settled, damaged);
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(io.open(NAME)?),
        };
        self.unsynced = true;
        // After an error the same place is written to again.
        let at = write_records(&mut **file, self.at, &self.pending, newly)?;
        (self.at, self.size, self.pending) = (at, self.size.max(at), Ranges::default());
        if self.size - self.at < RESERVE as u64 / 4
            && write_full(&mut **file, self.size, &[0; RESERVE]).is_ok()
        {
            self.size += RESERVE as u64;
        }
        Ok(())
    }

    /// Makes what was written outlive the loss of power.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file
            && self.unsynced
        {
            // Nobody knows what the file holds after an error.
            self.anew = true;
            file.sync()?;
            (self.anew, self.unsynced) = (false, false);
        }
        Ok(())
    }

    /// Writes the file anew when it is much larger than what it says.
    pub(super) fn compact(
        &mut self,
        io: &dyn SpoolIo,
        settled: &Ranges,
        damaged: &BTreeSet<u64>,
    ) -> io::Result<()> {
        let needed = FILE_HEAD + (settled.iter().len() + damaged.len()) * RECORD + RESERVE;
        if self.size <= COMPACT_FROM || self.size / 4 <= needed as u64 {
            return Ok(());
        }
        self.write_anew(io, settled, damaged)
    }

    fn write_anew(&mut self, io: &dyn SpoolIo, settled: &Ranges, damaged: &BTreeSet<u64>) -> io::Result<()> {
        match io.remove(NEW_NAME) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = io.create(NEW_NAME)?;
        write_full(&mut *file, 0, &FileKind::Acks.head())?;
        let at = write_records(&mut *file, FILE_HEAD as u64, settled, damaged)?;
        write_full(&mut *file, at, &[0; RESERVE])?;
        file.sync()?;
        io.rename(NEW_NAME, NAME)?;
        *self = Self { file: Some(file), at, size: at + RESERVE as u64, renamed: true, ..Self::default() };
        Ok(())
    }
}

enum Record {
    Settled(Range<u64>),
    Damaged(u64),
    /// Nothing was written here yet.
    Room,
}

fn parse(record: &[u8]) -> Option<Record> {
    if record.iter().all(|byte| *byte == 0) {
        return Some(Record::Room);
    }
    let record = record.get(..RECORD)?;
    let (from, to) = (u64_at(record, 8)?, u64_at(record, 16)?);
    if u32_at(record, 4)? != checksum(record) {
        return None;
    }
    if record.starts_with(&SETTLED_MAGIC) && from < to {
        Some(Record::Settled(from..to))
    } else if record.starts_with(&DAMAGED_MAGIC) {
        Some(Record::Damaged(from))
    } else {
        None
    }
}

fn encode(magic: [u8; 4], from: u64, to: u64) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..4].copy_from_slice(&magic);
    record[8..16].copy_from_slice(&from.to_le_bytes());
    record[16..].copy_from_slice(&to.to_le_bytes());
    let crc = checksum(&record);
    record[4..8].copy_from_slice(&crc.to_le_bytes());
    record
}

/// Of all of a record but the checksum itself, so that one kind of record does not become another.
fn checksum(record: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&record[..4]);
    crc.update(&record[8..]);
    crc.finalize()
}

/// Writes records from `at` on, and returns where they end. What is damaged comes first: who knows that its records are
/// settled must know that, too.
fn write_records(
    file: &mut dyn SpoolFile,
    mut at: u64,
    settled: &Ranges,
    damaged: &BTreeSet<u64>,
) -> io::Result<u64> {
    let damaged = damaged.iter().map(|segment| encode(DAMAGED_MAGIC, *segment, 0));
    let settled = settled.iter().map(|seqs| encode(SETTLED_MAGIC, seqs.start, seqs.end));
    let mut piece = Vec::new();
    for record in damaged.chain(settled) {
        piece.extend_from_slice(&record);
        if piece.len() >= PIECE {
            write_full(file, at, &piece)?;
            at += piece.len() as u64;
            piece.clear();
        }
    }
    write_full(file, at, &piece)?;
    Ok(at + piece.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};

    fn read(disk: &MemoryDisk) -> (Acks, Noted) {
        match Acks::read(disk) {
            Ok(read) => read,
            Err(ReadError::Version(version)) => panic!("version {version}"),
            Err(ReadError::Io(error)) => panic!("{error}"),
        }
    }

    fn write(acks: &mut Acks, disk: &MemoryDisk, seqs: &[Range<u64>]) -> io::Result<()> {
        let (_, mut noted) = read(disk);
        for seqs in seqs {
            acks.settle(seqs.clone());
            noted.settled.insert(seqs.clone());
        }
        acks.write(disk, &noted.settled, &noted.damaged, &BTreeSet::new())
    }

    /// A file with three acks of the records 0 to 6.
    fn three_acks() -> (MemoryDisk, Acks) {
        let disk = MemoryDisk::new();
        let mut acks = Acks::default();
        acks.make(&disk).unwrap();
        for start in [0, 4, 2] {
            write(&mut acks, &disk, std::slice::from_ref(&(start..start + 2))).unwrap();
        }
        acks.sync().unwrap();
        (disk, acks)
    }

    fn write_one(acks: &mut Acks, disk: &MemoryDisk, seq: u64) -> io::Result<()> {
        write(acks, disk, std::slice::from_ref(&(seq..seq + 1)))
    }

    #[test]
    fn acks_come_back_merged_and_more_follow_them() {
        let (disk, _) = three_acks();
        let (mut acks, noted) = read(&disk);
        assert_eq!((noted.settled.iter().len(), noted.settled.total(), noted.whole), (1, 6, true));
        let size = acks.size();
        write(&mut acks, &disk, &[8..9, 6..7]).unwrap();
        assert_eq!((acks.size(), read(&disk).1.settled.total()), (size, 8));
    }

    #[test]
    fn every_flipped_bit_forgets_one_ack_and_the_next_write_mends_the_file() {
        let (disk, _) = three_acks();
        for bit in 0..(FILE_HEAD + 3 * RECORD) * 8 {
            let good = disk.contents();
            disk.flip(NAME, bit / 8, (bit % 8) as u8);
            let (mut acks, noted) = read(&disk);
            let left = if bit < FILE_HEAD * 8 { 6 } else { 4 };
            assert_eq!((noted.settled.total(), noted.whole), (left, false), "bit {bit}");
            write_one(&mut acks, &disk, 6).unwrap();
            let (_, mended) = read(&disk);
            assert_eq!((mended.settled.total(), mended.whole), (left + 1, true), "bit {bit}");
            disk.put(NAME, &good[NAME]);
        }
    }

    #[test]
    fn every_cut_keeps_the_acks_before_it() {
        let (disk, _) = three_acks();
        let good = disk.contents().remove(NAME).unwrap();
        for len in 0..FILE_HEAD + 4 * RECORD {
            disk.put(NAME, &good[..len]);
            let (mut acks, noted) = read(&disk);
            let whole = (len.saturating_sub(FILE_HEAD) / RECORD).min(3) as u64;
            assert_eq!(noted.settled.total(), 2 * whole, "{len} bytes");
            write_one(&mut acks, &disk, 6).unwrap();
            assert_eq!(read(&disk).1.settled.total(), 2 * whole + 1, "{len} bytes");
        }
    }

    #[test]
    fn a_failed_write_is_made_up_for_by_the_next() {
        let (disk, mut acks) = three_acks();
        disk.fail(Call::Write, 0..1, Fault::Short);
        disk.fail(Call::Write, 1..2, Fault::Full);
        write_one(&mut acks, &disk, 6).unwrap_err();
        disk.heal();
        write_one(&mut acks, &disk, 9).unwrap();
        let (_, noted) = read(&disk);
        assert_eq!((noted.settled.total(), noted.settled.end(), noted.whole), (8, 10, true));
    }

    #[test]
    fn what_is_damaged_is_noted_and_outlives_a_new_file() {
        let (disk, mut acks) = three_acks();
        let damaged = BTreeSet::from([4]);
        acks.settle(7..8);
        acks.write(&disk, &Ranges::default(), &damaged, &damaged).unwrap();
        assert_eq!(read(&disk).1.damaged, damaged);
        acks.anew = true;
        let (_, noted) = read(&disk);
        acks.write(&disk, &noted.settled, &noted.damaged, &BTreeSet::new()).unwrap();
        assert_eq!(read(&disk).1, noted);
    }

    #[test]
    fn room_is_set_aside_before_the_last_of_it_is_needed() {
        let (disk, mut acks) = three_acks();
        for seq in 10..400 {
            assert!(acks.size() - acks.at >= RECORD as u64);
            write_one(&mut acks, &disk, seq * 2).unwrap();
        }
        // without room on the disk there is enough for a while
        disk.set_capacity(Some(0));
        for seq in 400..430 {
            write_one(&mut acks, &disk, seq * 2).unwrap();
        }
        assert_eq!(read(&disk).1.settled.total(), 6 + 420);
    }
}

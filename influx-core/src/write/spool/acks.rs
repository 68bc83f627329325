//! The log of acks: which records have their verdict, and which segments hold damage.
//!
//! It is a file head and records of 24 bytes, each of which stands for itself: magic, checksum of the rest, and two
//! numbers. A record of zeros is room that was set aside, so that acks can be written when the disk is full and
//! the segments that they are about can go.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

use super::error::LogError;
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
    /// An earlier process made the file, and neither bytes nor name need be on the disk: it was killed, or could not
    /// sync them. After a failed sync, the next one says nothing of it.
    inherited: bool,
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

impl Acks {
    /// Reads the file if it is there. Nothing is written.
    pub(super) fn read(io: &dyn SpoolIo) -> Result<(Self, Noted), LogError> {
        let failed = |error| LogError::io(NAME, error);
        let mut noted = Noted::default();
        let mut file = match io.read(NAME) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Self::default(), noted)),
            Err(error) => return Err(failed(error)),
        };
        let mut head = [0; FILE_HEAD];
        let read = read_full(&mut *file, 0, &mut head).map_err(failed)?;
        let mut acks = Self::default();
        let mut broken = match FileKind::Acks.check(&head[..read]) {
            FileHead::Good => false,
            FileHead::Version(version) => return Err(LogError::version(NAME, version)),
            FileHead::Short | FileHead::Broken => true,
        };
        let mut piece = vec![0; PIECE];
        let (mut at, mut end_of_good) = (FILE_HEAD as u64, FILE_HEAD as u64);
        loop {
            let read = read_full(&mut *file, at, &mut piece).map_err(failed)?;
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
        (acks.unsynced, acks.inherited) = (true, true);
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
        if self.anew || self.size == 0 {
            return self.write_anew(io, settled, damaged);
        }
        let file = open(&mut self.file, io)?;
        self.unsynced = true;
        // After an error the same place is written to again.
        let at = match write_records(&mut **file, self.at, &self.pending, newly) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                // What is settled makes room elsewhere once it is written down. So it goes where there is room already: over
                // the records of before, which it holds, too. Each stands for itself, whatever a crash leaves of both.
                if records(settled, damaged) > self.size {
                    return Err(error);
                }
                file.cut(self.size)?;
                let at = write_records(&mut **file, FILE_HEAD as u64, settled, damaged)?;
                write_full(&mut **file, at, &vec![0; (self.size - at) as usize])?;
                at
            }
            written => written?,
        };
        (self.at, self.size, self.pending) = (at, self.size.max(at), Ranges::default());
        if self.size - self.at <= RESERVE as u64 / 4
            && write_full(&mut **file, self.size, &[0; RESERVE]).is_ok()
        {
            self.size += RESERVE as u64;
        }
        Ok(())
    }

    /// Makes what an earlier process wrote outlive the loss of power, once.
    pub(super) fn keep_inherited(&mut self, io: &dyn SpoolIo) -> io::Result<()> {
        if self.inherited { self.sync(io) } else { Ok(()) }
    }

    /// Makes what was written outlive the loss of power.
    pub(super) fn sync(&mut self, io: &dyn SpoolIo) -> io::Result<()> {
        if self.unsynced {
            let file = open(&mut self.file, io)?;
            if self.inherited {
                write_again(&mut **file)?;
            }
            // Nobody knows what the file holds after an error.
            self.anew = true;
            file.sync()?;
            (self.anew, self.unsynced) = (false, false);
            self.renamed |= std::mem::take(&mut self.inherited);
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
        let needed = records(settled, damaged) + RESERVE as u64;
        if self.size <= COMPACT_FROM || self.size / 4 <= needed {
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

/// The file, which is opened to be written to when that is first needed.
fn open<'a>(
    file: &'a mut Option<Box<dyn SpoolFile>>,
    io: &dyn SpoolIo,
) -> io::Result<&'a mut Box<dyn SpoolFile>> {
    match file {
        Some(file) => Ok(file),
        none => Ok(none.insert(io.open(NAME)?)),
    }
}

/// Writes the same bytes once more, so that they are none that the system thinks to be on the disk.
fn write_again(file: &mut dyn SpoolFile) -> io::Result<()> {
    let (mut at, mut piece) = (0, vec![0; PIECE]);
    loop {
        let read = read_full(file, at, &mut piece)?;
        write_full(file, at, &piece[..read])?;
        at += read as u64;
        if read < PIECE {
            return Ok(());
        }
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

/// The size of a file of these records.
fn records(settled: &Ranges, damaged: &BTreeSet<u64>) -> u64 {
    (FILE_HEAD + (settled.iter().len() + damaged.len()) * RECORD) as u64
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
mod tests;

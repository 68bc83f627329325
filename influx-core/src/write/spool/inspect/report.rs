//! What is told of a spool.

use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use super::SpooledFrame;
use crate::write::{Destination, Part};

/// How much is in a [`Spool`](super::Spool).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SpoolCounts {
    /// Records that have no verdict: lines of line protocol.
    pub records: u64,
    /// The batches they are in.
    pub frames: u64,
    /// The size of the lines of these batches in bytes, with their newlines; it includes [lines that have their
    /// verdict](SpooledFrame::bytes).
    pub bytes: u64,
    /// Records that are lost, as far as the heads of the batches tell.
    pub lost: u64,
    /// When the oldest batch was made, by the clock on the wall.
    pub oldest: Option<SystemTime>,
    /// The sequence numbers from the first record without a verdict to where the next one that is written gets its own.
    pub sequence: Range<u64>,
    /// The size of the files in bytes. They also hold records that have their verdict, until a file holds no others.
    pub file_bytes: u64,
    /// The same by destination, in the order in which they are met.
    pub destinations: Vec<SpooledFor>,
}

/// How much is in a [`Spool`](super::Spool) for one destination.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SpooledFor {
    /// Where the records go.
    pub destination: Destination,
    /// How many they are.
    pub records: u64,
    /// The batches they are in.
    pub frames: u64,
    /// The size of the lines of these batches in bytes, as above.
    pub bytes: u64,
    /// When the oldest batch was made, by the clock on the wall.
    pub oldest: SystemTime,
}

impl SpoolCounts {
    pub(super) fn add(&mut self, frame: &SpooledFrame<'_>) {
        let (records, bytes, written) = (frame.records(), frame.bytes(), frame.written());
        (self.records, self.frames, self.bytes) =
            (self.records + records, self.frames + 1, self.bytes + bytes);
        self.oldest = Some(self.oldest.map_or(written, |oldest| oldest.min(written)));
        match self.destinations.iter_mut().find(|one| one.destination == *frame.destination()) {
            Some(one) => {
                (one.records, one.frames, one.bytes) =
                    (one.records + records, one.frames + 1, one.bytes + bytes);
                one.oldest = one.oldest.min(written);
            }
            None => self.destinations.push(SpooledFor {
                destination: frame.destination().clone(),
                records,
                frames: 1,
                bytes,
                oldest: written,
            }),
        }
    }
}

/// What of a [`Spool`](super::Spool) could be read, and what could not. `Display` says it in a few lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolReport {
    /// Batches that are as they were written.
    pub frames: u64,
    /// Their records.
    pub records: u64,
    /// The size of their lines in bytes.
    pub bytes: u64,
    /// Records that are lost, by ranges, in the order of their sequence numbers. The next writer with this spool counts
    /// them as [`dropped_spool_corrupt`](crate::write::Stats::dropped_spool_corrupt).
    pub lost: Vec<SpoolLoss>,
    /// Files that a writer put aside because of damage, when all in them that could be read had its verdict. They are
    /// never read and never removed.
    pub put_aside: Vec<String>,
    /// What stands at the end of the last file and is no whole batch, as when a process ends while it writes. Records
    /// that are only there were never durable; if their number is known, they are in `lost`, too.
    pub tail: Option<SpoolTail>,
}

/// Records of a [`Spool`](super::Spool) that are lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolLoss {
    /// Their sequence numbers.
    pub records: Range<u64>,
    /// The file that should hold them, if there is one.
    pub file: Option<String>,
    /// What is wrong.
    pub why: String,
}

/// The end of a file that was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolTail {
    /// The file.
    pub file: String,
    /// How many bytes of it are no whole batch.
    pub bytes: u64,
}

impl SpoolReport {
    pub(super) fn add(&mut self, part: &Part) {
        self.frames += 1;
        self.records += part.lines() as u64;
        self.bytes += part.bytes() as u64;
    }

    /// Neighbours that are lost for the same reason are one range.
    pub(super) fn lose(&mut self, loss: SpoolLoss) {
        match self.lost.last_mut() {
            Some(last)
                if last.records.end == loss.records.start
                    && (&last.file, &last.why) == (&loss.file, &loss.why) =>
            {
                last.records.end = loss.records.end;
            }
            _ => self.lost.push(loss),
        }
    }

    /// How many records are lost.
    #[must_use]
    pub fn lost_records(&self) -> u64 {
        self.lost.iter().map(|loss| loss.records.end - loss.records.start).sum()
    }

    /// Whether no record is lost.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.lost.is_empty()
    }
}

impl fmt::Display for SpoolReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records in {} batches, {} bytes, can be read", self.records, self.frames, self.bytes)?;
        write!(f, "; {} are lost", self.lost_records())?;
        for loss in &self.lost {
            write!(f, "\n{loss}")?;
        }
        if let Some(SpoolTail { file, bytes }) = &self.tail {
            write!(f, "\n{file} was cut short: its last {bytes} bytes are no whole batch")?;
        }
        for file in &self.put_aside {
            write!(f, "\n{file} is damaged and was put aside by a writer")?;
        }
        Ok(())
    }
}

impl fmt::Display for SpoolLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the records {}..{} are lost: ", self.records.start, self.records.end)?;
        match &self.file {
            Some(file) => write!(f, "{file}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

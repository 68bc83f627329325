//! The log of batches: segments that are only appended to, and what may be removed of them.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::acks::{self, Acks};
use super::error::LogError;
use super::format::{FILE_HEAD, FileKind, FormatError, Head, start_frame, start_settled_frame};
use super::io::{SpoolFile, SpoolIo, write_full};
use super::ranges::Ranges;
use super::recover::{Recovered, recover};
use super::route::Written;
use super::shelf::{Damage, Segment, Shelf, segment_name};
use crate::write::batch::Batch;

/// The files of a spool. One thread owns it; readers share its [`Shelf`].
#[derive(Debug)]
pub(crate) struct Log {
    pub(super) io: Arc<dyn SpoolIo>,
    pub(super) shelf: Arc<Shelf>,
    pub(super) acks: Acks,
    max_bytes: u64,
    /// A segment of this size is not written to any more.
    segment_bytes: u64,
    next_seq: u64,
    pub(super) active: Option<Active>,
    /// Segments that are not written to any more, and whose bytes are not all synced.
    pub(super) unsynced: Vec<(u64, Box<dyn SpoolFile>)>,
    /// A sync failed, and `forsake` was not called since.
    failed: bool,
    /// A name was made or is gone, and it may not outlive the loss of power yet.
    pub(super) renamed: bool,
    routes: Written,
    buffer: Vec<u8>,
}

/// The segment that is written to.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) first: u64,
    file: Box<dyn SpoolFile>,
    len: u64,
    unsynced: bool,
}

/// Why a batch was not appended; nothing of it is there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// The files would be larger than they may be.
    #[error("the spool has reached its limit of {0} bytes")]
    Full(u64),
    #[error("{0} cannot be written")]
    Io(String, #[source] io::Error),
    /// This batch can never be in a spool.
    #[error(transparent)]
    Refused(#[from] FormatError),
}

/// The largest segment, and the smallest limit for one, in bytes.
const MAX_SEGMENT: u64 = 64 * 1024 * 1024;
const MIN_SEGMENT: u64 = 64 * 1024;

/// Frames up to this size are written with one call, in bytes; the buffer is no larger between two calls.
const BUFFER: usize = 1024 * 1024;

/// How many segments may wait for a sync with their files open.
const MAX_UNSYNCED: usize = 8;

impl Log {
    /// Opens what is there, and writes nothing.
    ///
    /// # Errors
    ///
    /// A file cannot be read, is of a newer version, or has a number that no spool comes to.
    pub(crate) fn open(io: Arc<dyn SpoolIo>, max_bytes: u64) -> Result<Self, LogError> {
        let Recovered { shelf, acks, next_seq } = recover(Arc::clone(&io))?;
        Ok(Self {
            io,
            shelf,
            acks,
            max_bytes,
            segment_bytes: (max_bytes / 8).clamp(MIN_SEGMENT, MAX_SEGMENT),
            next_seq,
            active: None,
            unsynced: Vec::new(),
            failed: false,
            renamed: false,
            routes: Written::default(),
            buffer: Vec::new(),
        })
    }

    /// The sequence number of the next record that is appended.
    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// What has no verdict of all that was appended, or is lost and was not told.
    pub(crate) fn unsettled(&self) -> Ranges {
        self.shelf.state().settled.missing(0..self.next_seq)
    }

    /// The size of all files, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        let state = self.shelf.state();
        let segments = state.segments.values().fold(0u64, |sum, segment| sum.saturating_add(segment.len));
        segments.saturating_add(self.acks.size())
    }

    /// What readers need.
    pub(crate) fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf)
    }

    /// Writes a batch behind the others. Its first record gets [`next_seq`](Self::next_seq).
    pub(crate) fn append(&mut self, batch: &Batch, born_ms: u64) -> Result<(), AppendError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let appended = start_frame(self.next_seq, born_ms, batch, self.routes.encode(batch), &mut buffer)
            .map_err(AppendError::from)
            .and_then(|head| self.append_frame(&head, &mut buffer, &batch.body));
        buffer.clear();
        buffer.shrink_to(BUFFER);
        self.buffer = buffer;
        appended
    }

    /// Writes that the next `count` records had their verdict before it was their turn.
    pub(crate) fn append_settled(&mut self, count: u32) -> Result<(), AppendError> {
        let mut start = Vec::new();
        let head = start_settled_frame(self.next_seq, count, &mut start);
        self.append_frame(&head, &mut start, &[])
    }

    fn append_frame(&mut self, head: &Head, start: &mut Vec<u8>, lines: &[u8]) -> Result<(), AppendError> {
        let seqs = head.seqs();
        if seqs.is_empty() {
            return Ok(());
        }
        let first_room = if self.acks.size() == 0 { acks::FIRST_SIZE } else { 0 };
        let room = first_room + FILE_HEAD as u64 + head.frame_len();
        if room > self.max_bytes {
            return Err(FormatError::Limit { bytes: room, limit: self.max_bytes }.into());
        }
        if self.bytes().saturating_add(room) > self.max_bytes {
            self.end_active();
            return Err(AppendError::Full(self.max_bytes));
        }
        let active = self.active()?;
        let wrote = write_frame(active, start, lines, &head.foot());
        let len = active.len + head.frame_len();
        if let Err(error) = wrote {
            let name = segment_name(active.first);
            if active.file.cut(active.len).is_err() {
                // What is behind `active.len` is cut short.
                active.len = len;
            }
            self.end_active();
            return Err(AppendError::Io(name, error));
        }
        active.len = len;
        let first = active.first;
        if let Some(segment) = self.shelf.state().segments.get_mut(&first) {
            segment.len = len;
        }
        self.next_seq = seqs.end;
        Ok(())
    }

    /// The segment to write to, a new one if the last is large enough.
    fn active(&mut self) -> Result<&mut Active, AppendError> {
        if self.active.as_ref().is_some_and(|active| active.len >= self.segment_bytes) {
            self.end_active();
        }
        if self.active.is_none() {
            let made = self.make_segment();
            let name = || segment_name(self.next_seq);
            self.active = Some(made.map_err(|error| AppendError::Io(name(), error))?);
        }
        match &mut self.active {
            Some(active) => Ok(active),
            None => Err(AppendError::Io(String::new(), io::ErrorKind::NotFound.into())),
        }
    }

    /// Nothing is written to the active segment any more. When there is no room, too, so that it can go when it is
    /// settled.
    pub(super) fn end_active(&mut self) {
        let Some(Active { first, file, len, unsynced }) = self.active.take() else { return };
        if let Some(segment) = self.shelf.state().segments.get_mut(&first) {
            (segment.len, segment.end) = (len, Some(self.next_seq));
        }
        // After a failed sync nobody asks again: all of it is appended anew, or never synced.
        if unsynced && !self.failed {
            if self.unsynced.len() >= MAX_UNSYNCED {
                // Nobody syncs, or seldom: files must not stay open without end.
                let (_, mut oldest) = self.unsynced.remove(0);
                self.failed = oldest.sync().is_err();
            }
            self.unsynced.push((first, file));
        }
    }

    fn make_segment(&mut self) -> io::Result<Active> {
        self.acks.make(&*self.io)?;
        // The number of a new segment may be what the acks of an earlier run say, and they must last as long.
        self.acks.keep_inherited(&*self.io)?;
        // They hold no record that belongs into them: a failed sync took back what was there, or nothing can be read.
        let empty: Vec<u64> =
            self.shelf.state().segments.range(self.next_seq..).map(|(first, _)| *first).collect();
        for first in empty {
            self.remove_segment(first)?;
        }
        let first = self.next_seq;
        let mut file = self.io.create(&segment_name(first))?;
        self.renamed = true;
        self.shelf
            .state()
            .segments
            .insert(first, Segment { len: FILE_HEAD as u64, end: None, damage: Damage::None });
        write_full(&mut *file, 0, &FileKind::Segment.head())?;
        Ok(Active { first, file, len: FILE_HEAD as u64, unsynced: true })
    }

    /// Makes all that was appended outlive the loss of power.
    ///
    /// # Errors
    ///
    /// Nothing is known of what was appended since the last success. Call [`forsake`](Self::forsake); until then it
    /// only fails again.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("an earlier sync failed"));
        }
        self.failed = true;
        while let Some((_, file)) = self.unsynced.first_mut() {
            file.sync()?;
            self.unsynced.remove(0);
        }
        if let Some(active) = &mut self.active
            && active.unsynced
        {
            active.file.sync()?;
            active.unsynced = false;
        }
        self.sync_names()?;
        self.failed = false;
        Ok(())
    }

    /// Makes names outlive the loss of power, if any was changed.
    pub(super) fn sync_names(&mut self) -> io::Result<()> {
        if self.renamed || self.acks.renamed {
            self.io.sync_names()?;
            (self.renamed, self.acks.renamed) = (false, false);
        }
        Ok(())
    }

    /// After a failed sync: what follows `first_unsynced` was not appended, which is where the next segment starts. With
    /// [`next_seq`](Self::next_seq), what was appended stays, as far as the disk has it.
    pub(crate) fn forsake(&mut self, first_unsynced: u64) {
        self.next_seq = first_unsynced.min(self.next_seq);
        self.end_active();
        self.unsynced.clear();
        self.failed = false;
        for (first, segment) in &mut self.shelf.state().segments {
            if segment.end.is_some_and(|end| end > self.next_seq) {
                segment.end = Some(self.next_seq.max(*first));
            }
        }
    }

    /// These records have their verdict, or it was told that they are lost.
    pub(crate) fn settle(&mut self, seqs: Range<u64>) {
        self.acks.settle(seqs.clone());
        Arc::make_mut(&mut self.shelf.state().settled).insert(seqs);
    }
}

/// Writes a frame behind the others, small ones with one call.
fn write_frame(active: &mut Active, start: &mut Vec<u8>, lines: &[u8], foot: &[u8]) -> io::Result<()> {
    active.unsynced = true;
    let mut at = active.len;
    if start.len() + lines.len() + foot.len() <= BUFFER {
        start.extend_from_slice(lines);
        start.extend_from_slice(foot);
        return write_full(&mut *active.file, at, start);
    }
    for piece in [start, lines, foot] {
        write_full(&mut *active.file, at, piece)?;
        at += piece.len() as u64;
    }
    Ok(())
}

/// A file that is not there need not be removed.
pub(super) fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests;

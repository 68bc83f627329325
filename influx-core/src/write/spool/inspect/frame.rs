//! The batches of a spool, one after the other.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use super::{Spool, unreadable};
use crate::error::{Error, Result};
use crate::line::{EncodeOptions, LineBuffer, Precision};
use crate::write::spool::cursor::{Cursor, Found};
use crate::write::spool::ranges::Ranges;
use crate::write::spool::shelf::{LoadError, Place};
use crate::write::{Destination, Part};

/// A batch in a [`Spool`], without the records of it that have their verdict: its lines are read when they are asked for.
pub struct SpooledFrame<'a> {
    spool: &'a Spool,
    place: Place,
    /// Of the numbers of its frame, those that have no verdict.
    pub(super) left: Ranges,
}

impl SpooledFrame<'_> {
    /// Where its records go.
    pub fn destination(&self) -> &Destination {
        self.place.destination()
    }

    /// The unit of the times of its lines.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.place.precision
    }

    /// How many records it has: lines of line protocol.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.left.total()
    }

    /// The size of its lines in bytes, with their newlines. If some of them have their verdict, they are in it, too: how
    /// much is left of the lines shows when they are read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        // of the body, what is not the table of the lines' ends
        u64::from(self.place.head.body_len).saturating_sub(4 * u64::from(self.place.head.count))
    }

    /// The sequence numbers of its records. Each record of a spool has one, in the order of writing, over all
    /// destinations. Those of records that have their verdict may be among them, but are neither the first nor the last.
    #[must_use]
    pub fn sequence(&self) -> Range<u64> {
        self.left.first().unwrap_or_default()..self.left.end()
    }

    /// When its first record was written, by the clock on the wall.
    #[must_use]
    pub fn written(&self) -> SystemTime {
        // no clock says what a system cannot express
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_millis(self.place.born_ms()))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Its lines as they were written, each with its newline.
    ///
    /// # Errors
    ///
    /// [`Spool`](crate::ErrorKind::Spool): they are not what was written, and lost, or the file cannot be read.
    pub fn text(&self) -> Result<String> {
        let part = self.load().map_err(|error| match error {
            LoadError::Io { file, source } => unreadable(&self.spool.path, &file, source),
            corrupt => Error::spool(&self.spool.path, corrupt.to_string(), None),
        })?;
        match String::from_utf8(part.body().into()) {
            Ok(text) => Ok(text),
            Err(_) => Err(self.not_lines("they are no text")),
        }
    }

    /// Its lines, to be written by [`Writer::append`](crate::Writer::append) or [`Client::write`](crate::Client::write).
    ///
    /// # Errors
    ///
    /// Those of [`text`](Self::text).
    pub fn lines(&self) -> Result<LineBuffer> {
        let text = self.text()?;
        // they were within the limits of the writer that took them
        let taken = EncodeOptions::new()
            .precision(self.precision())
            .max_string(usize::MAX)
            .max_series_key(usize::MAX);
        let mut lines = LineBuffer::with_options(taken);
        match lines.push_raw(&text) {
            Ok(_) if lines.lines() as u64 == self.records() => Ok(lines),
            Ok(_) => Err(self.not_lines("there is another number of lines")),
            Err(error) => Err(self.not_lines(&error.to_string())),
        }
    }

    pub(super) fn load(&self) -> Result<Part, LoadError> {
        Ok(self.place.part(self.spool.shelf.load(&self.place)?, &self.left))
    }

    #[cold]
    fn not_lines(&self, why: &str) -> Error {
        let Range { start, end } = self.sequence();
        let what = format!("the records {start}..{end} are no line protocol ({why}): look at their text");
        Error::spool(&self.spool.path, what, None)
    }
}

/// Prints how much there is, never the data.
impl fmt::Debug for SpooledFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpooledFrame")
            .field("destination", self.destination())
            .field("sequence", &self.sequence())
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

/// The batches of a [`Spool`]: the iterator of [`Spool::frames`].
pub struct SpooledFrames<'a> {
    spool: &'a Spool,
    cursor: Cursor,
    /// A file could not be read.
    failed: bool,
}

/// What stands next in a spool.
pub(super) enum Next<'a> {
    Frame(SpooledFrame<'a>),
    Lost(Range<u64>),
}

impl<'a> SpooledFrames<'a> {
    pub(super) fn new(spool: &'a Spool, cursor: Cursor) -> Self {
        Self { spool, cursor, failed: false }
    }

    pub(super) fn advance(&mut self) -> Result<Option<Next<'a>>> {
        loop {
            let found = self.cursor.next().map_err(|error| unreadable(&self.spool.path, "a file", error))?;
            return Ok(Some(match found {
                None => return Ok(None),
                Some(Found::Frame(place)) => {
                    let left = self.spool.unsettled.within(&place.seqs());
                    Next::Frame(SpooledFrame { spool: self.spool, place, left })
                }
                Some(Found::Lost { seqs }) => Next::Lost(seqs),
                Some(Found::Settled { .. }) => continue,
            }));
        }
    }
}

impl<'a> Iterator for SpooledFrames<'a> {
    type Item = Result<SpooledFrame<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.advance() {
            Ok(None) => None,
            Ok(Some(Next::Frame(frame))) => Some(Ok(frame)),
            Ok(Some(Next::Lost(records))) => {
                let what = format!("{}; what follows can be read", self.spool.loss(records));
                Some(Err(Error::spool(&self.spool.path, what, None)))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}

impl fmt::Debug for SpooledFrames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpooledFrames").field("spool", &self.spool).finish_non_exhaustive()
    }
}

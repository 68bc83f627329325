//! How records end, and how that is told.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::Destination;
use crate::error::Error;

/// How a record that was written ended; each ends in exactly one way.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Verdict {
    /// The server acknowledged it.
    Stored,
    /// The server refused it, or a limit did.
    Rejected(Rejected),
    /// It was given up.
    Dropped(Dropped),
}

/// Why the server refused a record.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rejected {
    /// The reason for this line, in the server's words.
    pub reason: String,
    /// The answer that condemned it.
    pub error: Arc<Error>,
}

/// Why a record was given up.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Dropped {
    /// What ended its life.
    pub reason: DropReason,
    /// Whether an attempt got no verdict, so that the server may have stored it all the same. Of a record that an earlier
    /// run left in a spool it is not known, and this is `true`.
    pub possibly_stored: bool,
    /// The last failure before that, if there was any.
    pub error: Option<Arc<Error>>,
}

/// What makes the writer give a record up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// It waited longer than [`max_age`](super::WriteOptions::max_age).
    Expired,
    /// [`max_retries`](super::WriteOptions::max_retries) or [`max_retry_time`](super::WriteOptions::max_retry_time) is used up.
    RetriesExhausted,
    /// The queue was full, and [`Overflow::DropOldest`](super::Overflow::DropOldest) chose it.
    Overflow,
    /// The deadline of `close` passed.
    ShutdownDeadline,
    /// The last handle of the writer was dropped without `close`, or its runtime ended.
    WriterDropped,
    /// The destination took nothing for [`max_age`](super::WriteOptions::max_age).
    BlockedTooLong,
    /// The spool's files are damaged where it was: its lines are lost. Their number is known all the same.
    SpoolCorrupt,
    /// The spool's files could not be read, or not be written before the writer ended.
    SpoolIo,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "it waited longer than max_age",
            Self::RetriesExhausted => "its retries are used up",
            Self::Overflow => "the queue was full",
            Self::ShutdownDeadline => "the deadline of close passed",
            Self::WriterDropped => "the writer was dropped, or its runtime ended",
            Self::BlockedTooLong => "its destination was blocked for longer than max_age",
            Self::SpoolCorrupt => "the spool's files are damaged where it was",
            Self::SpoolIo => "the spool's files could not be read or written",
        })
    }
}

/// What a callback is told: lines of one destination that ended, or will be tried again.
#[derive(Clone)]
#[non_exhaustive]
pub struct Report {
    /// Where the lines went, or did not. With an empty name where that is lost, too: [`DropReason::SpoolCorrupt`].
    pub destination: Arc<Destination>,
    /// The lines themselves, each with its newline. Never in `Debug`. Empty where they cannot be read:
    /// [`DropReason::SpoolCorrupt`], [`DropReason::SpoolIo`].
    pub data: Bytes,
    /// How many lines they are.
    pub lines: u64,
    /// How many attempts were made for them.
    pub attempts: u32,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("destination", &self.destination)
            .field("lines", &self.lines)
            .field("bytes", &self.data.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

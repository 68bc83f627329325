//! What a write did not store, record by record.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The most failed records that `Debug` prints.
const PRINTED: usize = 4;

/// What a write that failed stored all the same, and what became of each other record.
///
/// A record is in exactly one of the three: counted by `stored`, in `rejected`, or in `dropped`. Both lists are in the
/// order of the records.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PartialWrite {
    /// How many records the server acknowledged.
    pub stored: u64,
    /// The records that the server refused. The same record will be refused again.
    pub rejected: Vec<FailedRecord>,
    /// The records that were given up for another reason than themselves: no connection, wrong credentials, a server that
    /// failed for too long.
    pub dropped: Vec<FailedRecord>,
    /// How many requests it took.
    pub requests: u64,
    /// How many of them were a repetition, after a fault that time healed.
    pub retries: u64,
}

/// A record that was not stored, or not as far as is known.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRecord {
    /// Its place in what was passed, from 0; for text, the number of its line less one.
    pub index: usize,
    /// Why, in one line of at most 1 KiB: for a rejected record the server's words.
    pub reason: Arc<str>,
    /// The status of the answer that ended it; `None` if there was no answer.
    pub status: Option<u16>,
    /// Whether an attempt got no verdict, so that the server may have stored it all the same.
    pub possibly_stored: bool,
    line: Bytes,
}

impl FailedRecord {
    pub(crate) fn new(
        index: usize,
        line: Bytes,
        reason: Arc<str>,
        status: Option<u16>,
        possibly_stored: bool,
    ) -> Self {
        Self { index, reason, status, possibly_stored, line }
    }

    /// The whole record as line protocol, without a newline at its end, ready to be written again.
    #[must_use]
    pub fn line(&self) -> &str {
        // lines are text: this is what the client encoded
        std::str::from_utf8(&self.line).unwrap_or_default()
    }
}

/// The tail of the error's message.
impl fmt::Display for PartialWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rejected, dropped) = (self.rejected.len(), self.dropped.len());
        if self.stored == 0 && rejected == 0 {
            return Ok(()); // nothing was stored, and the error itself says why
        }
        let all = self.stored + rejected as u64 + dropped as u64;
        write!(f, "; of {all} records {} are stored, {rejected} rejected, {dropped} dropped", self.stored)
    }
}

/// Prints counts and the first failures, never a line.
impl fmt::Debug for PartialWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialWrite")
            .field("stored", &self.stored)
            .field("rejected", &Few(&self.rejected))
            .field("dropped", &Few(&self.dropped))
            .field("requests", &self.requests)
            .field("retries", &self.retries)
            .finish()
    }
}

/// Prints everything but the line: it may be long, and it is data.
impl fmt::Debug for FailedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedRecord")
            .field("index", &self.index)
            .field("reason", &self.reason)
            .field("status", &self.status)
            .field("possibly_stored", &self.possibly_stored)
            .finish_non_exhaustive()
    }
}

struct Few<'a>(&'a [FailedRecord]);

impl fmt::Debug for Few<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.0.iter().take(PRINTED));
        if self.0.len() > PRINTED {
            list.entry(&format_args!("… {} in all", self.0.len()));
        }
        list.finish()
    }
}

//! What became of the rows of frames.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::encode::RefusedRow;

/// So many rows of a kind are printed by `Debug`.
const PRINTED: usize = 4;

/// What became of the rows of frames, by their numbers: the first row of the first frame is 0.
///
/// Each row that was looked at is in exactly one of `stored`, `empty`, `refused`, `rejected`, `dropped`, and
/// [`pending`](Self::pending), which is none at the end, unless a writer left rows in its spool. The lists are in the order of the rows.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct FrameReport {
    /// How many rows were looked at: those with a number below it. Where nothing went wrong, all.
    pub rows: u64,
    /// How many the server acknowledged.
    pub stored: u64,
    /// How many have no field, since all are null, and so no line.
    pub empty: u64,
    /// The fields that were left out because their number was no number or infinite.
    pub skipped_non_finite: u64,
    /// The size of the lines, as encoded.
    pub bytes: u64,
    /// How many requests it took. By a writer 0: its [`Stats`](influx_core::write::Stats) count them for all that it sends.
    pub requests: u64,
    /// How many of them were a repetition, after a fault that time healed. By a writer 0.
    pub retries: u64,
    /// The rows that cannot be encoded. The same row will be refused again.
    pub refused: Vec<RefusedRow>,
    /// The rows that the server rejected. The same row will be rejected again.
    pub rejected: Vec<RejectedRow>,
    /// The rows that were given up for another reason than themselves: no connection, wrong credentials, a server that
    /// failed for too long, a queue that was full or closed.
    pub dropped: Vec<DroppedRows>,
}

/// A row that the server rejected.
///
/// Rows that are rejected alike share the text of the reason.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectedRow {
    /// Its number.
    pub row: u64,
    /// The server's words, in one line of at most 1 KiB.
    pub reason: Arc<str>,
    /// The status of the answer that ended it.
    pub status: Option<u16>,
    line: Option<Box<str>>,
}

/// Rows, one after the other, that were given up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DroppedRows {
    /// Their numbers.
    pub rows: Range<u64>,
    /// Why.
    pub reason: Arc<str>,
    /// Whether an attempt got no verdict, so that the server may have stored them all the same.
    pub possibly_stored: bool,
}

impl FrameReport {
    /// How many rows a writer took that had no verdict yet when this was told, or that it left in its spool when it was
    /// closed.
    #[must_use]
    pub fn pending(&self) -> u64 {
        let known = self.stored + self.empty + self.refused.len() as u64 + self.rejected.len() as u64;
        self.rows.saturating_sub(known + self.dropped_rows())
    }

    /// How many rows were given up.
    #[must_use]
    pub fn dropped_rows(&self) -> u64 {
        self.dropped.iter().map(|dropped| dropped.rows.end - dropped.rows.start).sum()
    }
}

impl RejectedRow {
    pub(super) fn new(row: u64, reason: Arc<str>, status: Option<u16>, line: Option<Box<str>>) -> Self {
        Self { row, reason, status, line }
    }

    /// The row as line protocol, without a newline. Kept of the first 1,000 rejected rows by a client; a writer's
    /// `on_error` gets the lines itself.
    #[must_use]
    pub fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }
}

/// Prints counts and the first rows of each kind, never a line.
impl fmt::Debug for FrameReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReport")
            .field("rows", &self.rows)
            .field("stored", &self.stored)
            .field("empty", &self.empty)
            .field("pending", &self.pending())
            .field("skipped_non_finite", &self.skipped_non_finite)
            .field("bytes", &self.bytes)
            .field("requests", &self.requests)
            .field("retries", &self.retries)
            .field("refused", &Few(&self.refused))
            .field("rejected", &Few(&self.rejected))
            .field("dropped", &Few(&self.dropped))
            .finish()
    }
}

/// Prints everything but the line: it may be long, and it is data.
impl fmt::Debug for RejectedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RejectedRow")
            .field("row", &self.row)
            .field("reason", &self.reason)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

struct Few<'a, T>(&'a [T]);

impl<T: fmt::Debug> fmt::Debug for Few<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.0.iter().take(PRINTED));
        if self.0.len() > PRINTED {
            list.entry(&format_args!("… {} in all", self.0.len()));
        }
        list.finish()
    }
}

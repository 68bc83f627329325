//! What a load did with the rows.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The most failed rows that `Debug` prints.
const PRINTED: usize = 4;

/// What became of the rows of the files. It covers earlier runs, too, if a
/// [manifest](super::Load::manifest) says what they did.
///
/// Once a load is through, `rows = stored + empty + refused + rejected`. If it ended early, rows that were given up are
/// `dropped`, and rows on their way are in none of these.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct LoadReport {
    /// The files, in the order in which they are read. [`FailedRow::file`] is a place in it.
    pub files: Vec<PathBuf>,
    /// The chunks of which every row has its verdict: row groups of Parquet, record batches of IPC, pieces of text.
    pub chunks: u64,
    /// How many of them an earlier run did.
    pub chunks_before: u64,
    /// The rows that have a verdict.
    pub rows: u64,
    /// How many of them an earlier run did.
    pub rows_before: u64,
    /// The rows that the server acknowledged.
    pub stored: u64,
    /// The rows without any field, for which there is no line.
    pub empty: u64,
    /// The rows that cannot be encoded.
    pub refused: u64,
    /// The rows that the server rejected.
    pub rejected: u64,
    /// The rows that were given up when the load ended early. They may be stored all the same, and are written again
    /// when the load is continued.
    pub dropped: u64,
    /// The fields that were left out because their number was no number or infinite.
    pub skipped_non_finite: u64,
    /// The bytes of the lines that were sent in this run, as encoded.
    pub line_bytes: u64,
    /// The requests of this run.
    pub requests: u64,
    /// How many of them were a repetition, after a fault that time healed.
    pub retries: u64,
    /// How long this run took.
    pub elapsed: Duration,
    /// The rows that are refused or rejected, by file and number.
    pub failed: Vec<FailedRow>,
}

/// A row that is not stored, and never will be as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRow {
    /// The place of its file in [`LoadReport::files`].
    pub file: usize,
    /// Its number in the file; the first is 0. A header is no row, nor is a blank line.
    pub row: u64,
    /// Why.
    pub reason: Arc<str>,
    /// Who says so.
    pub by: FailedBy,
}

/// Who says that a row cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedBy {
    /// It cannot be encoded, and was not sent.
    Encoder,
    /// The server rejected it.
    Server,
}

/// The counts, in one line.
impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows: {} stored", self.rows, self.stored)?;
        let counts = [
            (self.empty, "without a field"),
            (self.refused, "refused"),
            (self.rejected, "rejected"),
            (self.dropped, "given up"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        Ok(())
    }
}

/// Prints the first failed rows only.
impl fmt::Debug for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadReport")
            .field("files", &self.files.len())
            .field("chunks", &self.chunks)
            .field("rows", &self.rows)
            .field("stored", &self.stored)
            .field("empty", &self.empty)
            .field("refused", &self.refused)
            .field("rejected", &self.rejected)
            .field("dropped", &self.dropped)
            .field("failed", &self.failed.iter().take(PRINTED).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

//! What became of the rows, taken down piece by piece.

use std::sync::Arc;

use influx_core::write::{Acknowledgement, Verdict};
use influx_core::{Error, FailedRecord, WriteReport};

use super::error::{Cause, FrameWriteError};
use super::report::{DroppedRows, FrameReport, RejectedRow};
use crate::encode::Piece;

/// So many rejected rows keep their line.
const LINES: usize = 1_000;
/// So many reasons are known again when they come again.
const REASONS: usize = 64;

/// A piece whose lines are with the server or the writer: what is left of it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// Without its lines.
    piece: Piece,
    lines: usize,
    bytes: u64,
    skipped: u64,
}

/// What is known of the rows so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    report: FrameReport,
    /// Reasons that were given, so that each is in memory once.
    reasons: Vec<Arc<str>>,
}

impl Sent {
    pub(crate) fn of(piece: &Piece) -> Self {
        let (empty, refused) = (piece.empty.clone(), piece.refused.clone());
        Self {
            piece: Piece { rows: piece.rows.clone(), empty, refused, ..Piece::default() },
            lines: piece.lines.lines(),
            bytes: piece.lines.as_bytes().len() as u64,
            skipped: piece.lines.skipped_non_finite(),
        }
    }

    /// How many rows cannot be encoded.
    pub(crate) fn refused(&self) -> u64 {
        self.piece.refused.len() as u64
    }
}

impl Account {
    pub(crate) fn report(&self) -> &FrameReport {
        &self.report
    }

    /// A piece is on its way. Of the rows that have a line nothing is known yet.
    pub(crate) fn begin(&mut self, sent: &Sent) {
        self.report.rows += sent.piece.rows.end - sent.piece.rows.start;
        self.report.bytes += sent.bytes;
        self.report.skipped_non_finite += sent.skipped;
        self.report.empty += sent.piece.empty.len() as u64;
        self.report.refused.extend_from_slice(&sent.piece.refused);
    }

    /// What a call for all lines of a piece came to.
    ///
    /// # Errors
    ///
    /// What concerns more than these lines, so that nothing more is to be sent.
    pub(crate) fn answered(&mut self, sent: &Sent, answer: Result<WriteReport, Error>) -> Result<(), Error> {
        let error = match answer {
            Ok(written) => {
                self.report.stored += written.lines;
                self.report.requests += written.requests;
                self.report.retries += written.retries;
                return Ok(());
            }
            Err(error) => error,
        };
        let Some(partial) = error.partial_write() else {
            // nothing was sent
            self.not_taken(sent, 0, &error);
            return Err(error);
        };
        self.report.stored += partial.stored;
        self.report.requests += partial.requests;
        self.report.retries += partial.retries;
        let index = |failed: &FailedRecord| failed.index;
        let rows = sent.piece.rows_of(partial.rejected.iter().map(index));
        for (row, failed) in rows.zip(&partial.rejected) {
            // a copy: the record's own holds the bytes of all others in memory
            let line = (self.report.rejected.len() < LINES).then(|| failed.line().into());
            self.reject(row, &failed.reason, failed.status, line);
        }
        let rows = sent.piece.rows_of(partial.dropped.iter().map(index));
        for (row, failed) in rows.zip(&partial.dropped) {
            self.drop_row(row, &failed.reason, failed.possibly_stored);
        }
        if partial.dropped.is_empty() { Ok(()) } else { Err(error) }
    }

    /// How the first lines of a piece ended that a writer took.
    pub(crate) fn acknowledged(&mut self, sent: &Sent, end: Acknowledgement) {
        self.report.stored += end.stored;
        let rows = sent.piece.rows_of(end.failed.iter().map(|(line, _)| *line));
        for (row, (_, verdict)) in rows.zip(&end.failed) {
            match verdict {
                Verdict::Stored => self.report.stored += 1,
                Verdict::Rejected(rejected) => {
                    self.reject(row, &rejected.reason, rejected.error.status(), None);
                }
                Verdict::Dropped(dropped) => {
                    let why = match &dropped.error {
                        Some(error) => format!("{}: {error}", dropped.reason),
                        None => dropped.reason.to_string(),
                    };
                    self.drop_row(row, &why, dropped.possibly_stored);
                }
                other => self.drop_row(row, &format!("{other:?}"), true),
            }
        }
    }

    /// The lines of a piece from one on are not sent, for a reason that concerns all of them.
    pub(crate) fn not_taken(&mut self, sent: &Sent, from: usize, error: &Error) {
        let why = error.to_string();
        for row in sent.piece.rows_of(from..sent.lines) {
            self.drop_row(row, &why, false);
        }
    }

    // Pieces of a writer are not through in the order of their rows.
    fn reject(&mut self, row: u64, reason: &str, status: Option<u16>, line: Option<Box<str>>) {
        let reason = self.reason(reason);
        let rejected = &mut self.report.rejected;
        let at = rejected.partition_point(|known| known.row < row);
        rejected.insert(at, RejectedRow::new(row, reason, status, line));
    }

    fn drop_row(&mut self, row: u64, reason: &str, possibly_stored: bool) {
        let at = self.report.dropped.partition_point(|known| known.rows.start < row);
        match self.report.dropped[..at].last_mut() {
            Some(last)
                if last.rows.end == row
                    && *last.reason == *reason
                    && last.possibly_stored == possibly_stored =>
            {
                last.rows.end = row + 1;
            }
            _ => {
                let reason = self.reason(reason);
                self.report.dropped.insert(at, DroppedRows { rows: row..row + 1, reason, possibly_stored });
            }
        }
    }

    fn reason(&mut self, reason: &str) -> Arc<str> {
        if let Some(known) = self.reasons.iter().find(|known| ***known == *reason) {
            return Arc::clone(known);
        }
        if self.reasons.len() == REASONS {
            self.reasons.remove(0);
        }
        let reason = Arc::<str>::from(reason);
        self.reasons.push(Arc::clone(&reason));
        reason
    }

    /// No verdict is to come any more.
    ///
    /// # Errors
    ///
    /// Some rows that have a field are not stored.
    pub(crate) fn finish(self) -> Result<FrameReport, FrameWriteError> {
        let FrameReport { refused, rejected, dropped, .. } = &self.report;
        // those that a closed writer left in its spool have none
        let through = self.report.pending() == 0;
        if through && refused.is_empty() && rejected.is_empty() && dropped.is_empty() {
            return Ok(self.report);
        }
        Err(self.failed(Cause::Rows))
    }

    pub(crate) fn failed(self, cause: Cause) -> FrameWriteError {
        FrameWriteError::new(cause, self.report)
    }
}

//! What became of the rows: chunk by chunk, and altogether.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use influx_core::{Error, WriteReport};

use super::chunk::{Outline, Place};
use super::error::Cause;
use super::progress::Progress;
use super::report::{FailedBy, FailedRow, LoadReport};
use super::work::Ready;
use crate::write::account::Account as PieceAccount;

/// A chunk of which every row has its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DoneChunk {
    pub(super) place: Place,
    pub(super) outline: Outline,
    pub(super) stored: u64,
    pub(super) empty: u64,
    pub(super) skipped_non_finite: u64,
    pub(super) failed: Vec<FailedRow>,
}

/// What became of the rows so far.
pub(super) struct Account {
    pub(super) report: LoadReport,
    /// The chunks of which some rows have their verdict.
    open: HashMap<Place, Open>,
    bytes: u64,
    bytes_before: u64,
    bytes_total: u64,
    started: Instant,
}

struct Open {
    chunk: DoneChunk,
    /// The rows that have a verdict, and the share of the chunk's bytes that is theirs.
    rows: u64,
    bytes: u64,
}

impl Account {
    pub(super) fn new(report: LoadReport, bytes_total: u64, started: Instant) -> Self {
        Self { report, open: HashMap::new(), bytes: 0, bytes_before: 0, bytes_total, started }
    }

    /// Takes in what an earlier run did.
    pub(super) fn before(&mut self, chunk: &DoneChunk) {
        let report = &mut self.report;
        let failed = |by| chunk.failed.iter().filter(|row| row.by == by).count() as u64;
        report.chunks += 1;
        report.chunks_before += 1;
        report.rows += chunk.outline.rows;
        report.rows_before += chunk.outline.rows;
        report.stored += chunk.stored;
        report.empty += chunk.empty;
        report.refused += failed(FailedBy::Encoder);
        report.rejected += failed(FailedBy::Server);
        report.skipped_non_finite = report.skipped_non_finite.saturating_add(chunk.skipped_non_finite);
        report.failed.extend(chunk.failed.iter().cloned());
        self.bytes = self.bytes.saturating_add(chunk.outline.bytes);
        self.bytes_before = self.bytes;
    }

    /// Takes in the verdicts of some rows. `Ok`: the chunk, if these were its last; `Err`: why there is no use in going
    /// on.
    pub(super) fn settle(
        &mut self,
        ready: Ready,
        answer: Result<WriteReport, Error>,
    ) -> Result<Option<DoneChunk>, Cause> {
        let Ready { place, outline, sent, rows, .. } = ready;
        let mut piece = PieceAccount::default();
        piece.begin(&sent);
        let settled = piece.answered(&sent, answer);
        let piece = piece.report();
        let file = place.file;
        let refused = piece.refused.iter().map(|row| FailedRow {
            file,
            row: row.row,
            reason: row.error.to_string().into(),
            by: FailedBy::Encoder,
        });
        let rejected = piece.rejected.iter().map(|row| FailedRow {
            file,
            row: row.row,
            reason: Arc::clone(&row.reason),
            by: FailedBy::Server,
        });
        let failed: Vec<FailedRow> = refused.chain(rejected).collect();
        let report = &mut self.report;
        report.rows += rows - piece.dropped_rows();
        report.stored += piece.stored;
        report.empty += piece.empty;
        report.refused += piece.refused.len() as u64;
        report.rejected += piece.rejected.len() as u64;
        report.dropped += piece.dropped_rows();
        report.skipped_non_finite += piece.skipped_non_finite;
        report.line_bytes += piece.bytes;
        report.requests += piece.requests;
        report.retries += piece.retries;
        report.failed.extend(failed.iter().cloned());
        if let Err(error) = settled {
            let why = piece.dropped.last().map(|dropped| Arc::clone(&dropped.reason));
            return Err(Cause::delivery(error, why));
        }
        let open = self.open.entry(place).or_insert_with(|| Open::new(place, outline));
        open.chunk.stored += piece.stored;
        open.chunk.empty += piece.empty;
        open.chunk.skipped_non_finite += piece.skipped_non_finite;
        open.chunk.failed.extend(failed);
        self.bytes += open.advance(rows);
        if open.rows < open.chunk.outline.rows {
            return Ok(None);
        }
        self.report.chunks += 1;
        Ok(self.open.remove(&place).map(|open| open.chunk))
    }

    /// How many rows are refused or rejected.
    pub(super) fn failed(&self) -> u64 {
        self.report.refused + self.report.rejected
    }

    pub(super) fn progress(&self) -> Progress {
        let report = &self.report;
        Progress {
            rows: report.rows,
            stored: report.stored,
            empty: report.empty,
            refused: report.refused,
            rejected: report.rejected,
            bytes: self.bytes,
            bytes_total: self.bytes_total,
            elapsed: self.started.elapsed(),
            rows_before: report.rows_before,
            bytes_before: self.bytes_before,
        }
    }

    /// Everything is read, though some of the files may belong to no chunk.
    pub(super) fn read_all(&mut self) {
        self.bytes = self.bytes_total;
    }

    pub(super) fn into_report(mut self) -> LoadReport {
        self.report.elapsed = self.started.elapsed();
        self.report.failed.sort_by_key(|row| (row.file, row.row));
        self.report
    }
}

impl Open {
    fn new(place: Place, outline: Outline) -> Self {
        let failed = Vec::new();
        let chunk = DoneChunk { place, outline, stored: 0, empty: 0, skipped_non_finite: 0, failed };
        Self { chunk, rows: 0, bytes: 0 }
    }

    /// More rows have their verdict; the bytes that this is worth.
    fn advance(&mut self, rows: u64) -> u64 {
        let Outline { rows: all, bytes, .. } = self.chunk.outline;
        self.rows += rows;
        let share = u128::from(bytes) * u128::from(self.rows.min(all)) / u128::from(all.max(1));
        let share = if self.rows >= all { bytes } else { u64::try_from(share).unwrap_or(bytes) };
        let more = share - self.bytes;
        self.bytes = share;
        more
    }
}

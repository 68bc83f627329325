//! Why not every row of a frame is stored.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use influx_core::Error;

use super::receipt::FrameReceipt;
use super::report::FrameReport;
use crate::encode::FrameSourceError;
use crate::plan::PlanError;

/// So many rows of a kind are named by the message.
const NAMED: usize = 3;

/// Not every row of a frame is stored, or was taken.
///
/// [`report`](Self::report) says what became of each row that was looked at; of the rows behind
/// [`report().rows`](FrameReport::rows) nothing was sent.
///
/// # Formatting
///
/// `Display` says why, how many rows ended how, the first of them, and what to do next. It holds no token and no line.
pub struct FrameWriteError(Box<Inner>);

struct Inner {
    cause: Cause,
    report: FrameReport,
    receipt: Option<FrameReceipt>,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameWriteErrorKind {
    /// The roles do not fit the frame, or one of the frames.
    Plan,
    /// The iterator, reader or stream of the frames has failed.
    Source,
    /// Something concerns all rows: the destination, the credentials, an outage, a writer that is closed or full.
    Delivery,
    /// All rows were looked at, and some of them are not stored.
    Rows,
}

/// What ended the write.
#[derive(Debug)]
pub(crate) enum Cause {
    Frames(FrameSourceError),
    Delivery {
        error: Error,
        /// Its message, without the count of the records of one call.
        why: Arc<str>,
    },
    Rows,
}

impl Cause {
    pub(crate) fn delivery(error: Error) -> Self {
        let dropped = error.partial_write().and_then(|partial| partial.dropped.last());
        let why = dropped.map_or_else(|| error.to_string().into(), |dropped| Arc::clone(&dropped.reason));
        Self::Delivery { error, why }
    }
}

impl From<FrameSourceError> for Cause {
    fn from(error: FrameSourceError) -> Self {
        Self::Frames(error)
    }
}

impl FrameWriteError {
    pub(super) fn new(cause: Cause, report: FrameReport) -> Self {
        Self(Box::new(Inner { cause, report, receipt: None }))
    }

    /// Before anything was sent.
    pub(super) fn delivery(error: Error) -> Self {
        Self::new(Cause::delivery(error), FrameReport::default())
    }

    pub(super) fn with_receipt(mut self, receipt: FrameReceipt) -> Self {
        self.0.receipt = Some(receipt);
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> FrameWriteErrorKind {
        match &self.0.cause {
            Cause::Frames(FrameSourceError::Plan { .. }) => FrameWriteErrorKind::Plan,
            Cause::Frames(FrameSourceError::Source { .. }) => FrameWriteErrorKind::Source,
            Cause::Delivery { .. } => FrameWriteErrorKind::Delivery,
            Cause::Rows => FrameWriteErrorKind::Rows,
        }
    }

    /// What became of each row that was looked at.
    #[must_use]
    pub fn report(&self) -> &FrameReport {
        &self.0.report
    }

    /// The report, to be kept.
    #[must_use]
    pub fn into_report(self) -> FrameReport {
        self.0.report
    }

    /// What does not fit, of an error of kind [`Plan`](FrameWriteErrorKind::Plan).
    #[must_use]
    pub fn plan(&self) -> Option<&PlanError> {
        match &self.0.cause {
            Cause::Frames(FrameSourceError::Plan { error, .. }) => Some(error),
            _ => None,
        }
    }

    /// The client's or writer's error, of an error of kind [`Delivery`](FrameWriteErrorKind::Delivery).
    #[must_use]
    pub fn client_error(&self) -> Option<&Error> {
        match &self.0.cause {
            Cause::Delivery { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The handle on the rows that a writer took before: they are written all the same.
    #[must_use]
    pub fn receipt(&self) -> Option<&FrameReceipt> {
        self.0.receipt.as_ref()
    }
}

impl fmt::Display for FrameWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { cause, report, .. } = &*self.0;
        match cause {
            Cause::Frames(FrameSourceError::Plan { row: 0, error }) => {
                return write!(f, "the roles do not fit the frame, nothing was sent: {error}");
            }
            Cause::Frames(FrameSourceError::Plan { row, error }) => {
                write!(f, "the roles do not fit the frame that begins with row {row}: {error}")?;
            }
            Cause::Frames(FrameSourceError::Source { row, error }) => {
                write!(f, "no frame can be read behind row {row}: {error}")?;
            }
            Cause::Delivery { why, .. } => write!(f, "{why}")?,
            Cause::Rows => f.write_str("not every row is stored")?,
        }
        if report.rows == 0 {
            return f.write_str("; nothing was sent");
        }
        write!(f, "; of {} rows {} are stored", report.rows, report.stored)?;
        for (count, what) in [
            (report.pending(), "wait for their verdict"),
            (report.empty, "have no field"),
            (report.refused.len() as u64, "cannot be encoded"),
            (report.rejected.len() as u64, "are rejected"),
            (report.dropped_rows(), "are dropped"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        for refused in report.refused.iter().take(NAMED) {
            write!(f, "; row {}: {}", refused.row, refused.error)?;
        }
        for rejected in report.rejected.iter().take(NAMED) {
            write!(f, "; row {}: {}", rejected.row, rejected.reason)?;
        }
        match cause {
            Cause::Rows => {
                if let Some(dropped) = report.dropped.first() {
                    let (first, last) = (dropped.rows.start, dropped.rows.end - 1);
                    write!(f, "; rows {first} to {last}: {}", dropped.reason)?;
                }
                f.write_str(
                    "; correct these rows, or the server's schema, and write them again by their numbers",
                )
            }
            _ => write!(
                f,
                "; nothing was sent from row {} on: once the cause is mended, write the rows that are not stored",
                report.rows
            ),
        }
    }
}

impl fmt::Debug for FrameWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameWriteError")
            .field("kind", &self.kind())
            .field("message", &self.to_string())
            .field("cause", &self.0.cause)
            .field("report", &self.0.report)
            .finish_non_exhaustive()
    }
}

impl StdError for FrameWriteError {
    /// What lies below the error whose message is part of this one's.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Frames(FrameSourceError::Plan { error, .. }) => error.source(),
            Cause::Frames(FrameSourceError::Source { error, .. }) => error.source(),
            Cause::Delivery { error, .. } => error.source(),
            Cause::Rows => None,
        }
    }
}

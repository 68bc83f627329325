//! Why a load did not store every row.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::report::LoadReport;
use crate::plan::PlanError;

/// A load that did not store every row: why, and what became of the rows.
#[derive(Debug)]
pub struct LoadError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    cause: Cause,
    report: LoadReport,
}

/// What kind of failure a [`LoadError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadErrorKind {
    /// There are no files, or they cannot be opened, or their schema cannot be had. Nothing was sent.
    Source,
    /// The roles do not fit the files. Nothing was sent.
    Plan,
    /// The manifest is of another load, or in use, or cannot be read or written.
    Manifest,
    /// A file cannot be read on: it is corrupt, or ends early, or a value is not of its column's type.
    Read,
    /// A file has changed while it was read, or since an earlier run.
    Changed,
    /// The client gave up: [`LoadError::client_error`] says why.
    Delivery,
    /// More rows were refused or rejected than [`Load::max_failed`](super::Load::max_failed) allows.
    TooManyFailed,
    /// Everything was read and sent, but some rows were refused or rejected.
    Rows,
    /// It was cancelled.
    Cancelled,
}

/// Roles that do not fit a file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FilePlanError {
    /// The file.
    pub file: PathBuf,
    /// What does not fit.
    pub error: PlanError,
}

#[derive(Debug)]
pub(super) enum Cause {
    Source(String),
    Plan(Vec<FilePlanError>),
    Manifest(String),
    Read(ReadError),
    Delivery {
        error: influx_core::Error,
        /// Its message, without the count of the records of one call.
        why: Arc<str>,
    },
    TooManyFailed(u64),
    Rows,
    Cancelled,
}

impl Cause {
    pub(super) fn delivery(error: influx_core::Error, why: Option<Arc<str>>) -> Self {
        let why = why.unwrap_or_else(|| error.to_string().into());
        Self::Delivery { error, why }
    }
}

/// A place in a file at which reading ends, and why.
#[derive(Debug)]
pub(super) struct ReadError {
    pub(super) file: PathBuf,
    pub(super) chunk: Option<u32>,
    /// The row in the file.
    pub(super) row: Option<u64>,
    /// Whether the file is another than it was.
    pub(super) changed: bool,
    pub(super) message: String,
}

impl LoadError {
    pub(super) fn new(cause: Cause, report: LoadReport) -> Self {
        Self(Box::new(Inner { cause, report }))
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        match &self.0.cause {
            Cause::Source(_) => LoadErrorKind::Source,
            Cause::Plan(_) => LoadErrorKind::Plan,
            Cause::Manifest(_) => LoadErrorKind::Manifest,
            Cause::Read(error) if error.changed => LoadErrorKind::Changed,
            Cause::Read(_) => LoadErrorKind::Read,
            Cause::Delivery { .. } => LoadErrorKind::Delivery,
            Cause::TooManyFailed(_) => LoadErrorKind::TooManyFailed,
            Cause::Rows => LoadErrorKind::Rows,
            Cause::Cancelled => LoadErrorKind::Cancelled,
        }
    }

    /// What became of the rows.
    #[must_use]
    pub fn report(&self) -> &LoadReport {
        &self.0.report
    }

    /// The report, to be kept.
    #[must_use]
    pub fn into_report(self) -> LoadReport {
        self.0.report
    }

    /// The client's error, of an error of the kind [`Delivery`](LoadErrorKind::Delivery).
    #[must_use]
    pub fn client_error(&self) -> Option<&influx_core::Error> {
        match &self.0.cause {
            Cause::Delivery { error, .. } => Some(error),
            _ => None,
        }
    }

    /// What does not fit, file by file; files of one schema are named by their first.
    #[must_use]
    pub fn plans(&self) -> &[FilePlanError] {
        match &self.0.cause {
            Cause::Plan(errors) => errors,
            _ => &[],
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { cause, report } = &*self.0;
        match cause {
            Cause::Source(message) => return f.write_str(message),
            Cause::Manifest(message) => f.write_str(message)?,
            Cause::Plan(errors) => {
                f.write_str("the roles do not fit the files; nothing was sent")?;
                return errors.iter().try_for_each(|of| write!(f, "\n{}: {}", of.file.display(), of.error));
            }
            Cause::Read(error) => error.fmt(f)?,
            Cause::Delivery { why, .. } => f.write_str(why)?,
            Cause::TooManyFailed(most) => {
                write!(f, "more than {most} rows were refused or rejected, so that the load ended early")?;
            }
            Cause::Rows => f.write_str("not all rows are stored")?,
            Cause::Cancelled => f.write_str("the load was cancelled")?,
        }
        if report.rows + report.dropped > 0 {
            write!(f, "; of {report}")?;
        }
        match report.failed.first() {
            None => Ok(()),
            Some(first) => {
                let file = report.files.get(first.file).map(|file| file.display().to_string());
                write!(f, "; the first, {} row {}: {}", file.unwrap_or_default(), first.row, first.reason)
            }
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            // its message is this one's already
            Cause::Delivery { error, .. } => error.source(),
            _ => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(chunk) = self.chunk {
            write!(f, ", chunk {chunk}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        write!(f, ": {}", self.message)
    }
}

//! What can be written in one call.

use bytes::Bytes;

use super::WriteReport;
use crate::error::{Error, Result};
use crate::line::read::lines as lines_of;
use crate::line::{EncodeOptions, LineBuffer, Measurement, Precision};

/// What [`Client::write`](crate::Client::write) takes: one [`Measurement`]; an array, slice or vector of them; text in line
/// protocol (`str`, `String`); or a ready [`LineBuffer`].
///
/// It cannot be implemented for other types: implement [`Measurement`] for a record, and pass a slice of records.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to InfluxDB",
    label = "neither a record nor a collection of records",
    note = "add `#[derive(Measurement)]` to the record; pass many of them as a slice, array or `Vec`"
)]
pub trait Records {
    /// Appends all records; the error names the first that cannot be encoded.
    #[doc(hidden)]
    fn encode_records(&self, lines: &mut LineBuffer, _: private::Token) -> Result<()>;

    /// Lines that are ready as they are.
    #[doc(hidden)]
    fn ready(&self, _: private::Token) -> Option<&LineBuffer> {
        None
    }

    /// How many records they are.
    #[doc(hidden)]
    fn count(&self, _: private::Token) -> usize {
        1
    }
}

/// Appends all records.
///
/// # Errors
///
/// The first record that cannot be encoded.
pub(super) fn push<R: Records + ?Sized>(records: &R, lines: &mut LineBuffer) -> Result<()> {
    records.encode_records(lines, private::Token)
}

/// The lines, if they are ready.
pub(super) fn ready<R: Records + ?Sized>(records: &R) -> Option<&LineBuffer> {
    records.ready(private::Token)
}

/// How many records they are.
pub(super) fn count<R: Records + ?Sized>(records: &R) -> usize {
    records.count(private::Token)
}

mod private {
    /// Keeps the methods of [`Records`](super::Records) to this crate.
    #[derive(Debug)]
    pub struct Token;
}

/// Records as they are sent.
pub(super) struct Encoded {
    pub(super) body: Bytes,
    /// Whether writing them twice is the same as writing them once.
    pub(super) repeatable: bool,
    pub(super) report: WriteReport,
}

/// The unit in which the records' times are sent.
///
/// # Errors
///
/// They are lines already, in another unit than is wanted.
pub(super) fn precision<R: Records + ?Sized>(records: &R, wanted: Option<Precision>) -> Result<Precision> {
    match (records.ready(private::Token).map(LineBuffer::precision), wanted) {
        (Some(ready), Some(wanted)) if ready != wanted => Err(Error::config(format!(
            "the lines have their times in {}, the destination wants {}",
            ready.as_str(),
            wanted.as_str()
        ))),
        (Some(ready), _) => Ok(ready),
        (None, wanted) => Ok(wanted.unwrap_or_default()),
    }
}

/// Encodes all records, unless they are lines already.
///
/// # Errors
///
/// The first record that cannot be encoded.
pub(super) fn encode<R: Records + ?Sized>(records: &R, precision: Precision) -> Result<Encoded> {
    if let Some(ready) = records.ready(private::Token) {
        let body = Bytes::copy_from_slice(ready.as_bytes());
        return Ok(Encoded { body, repeatable: ready.all_stamped(), report: report(ready) });
    }
    let mut lines = LineBuffer::with_options(EncodeOptions::new().precision(precision));
    records.encode_records(&mut lines, private::Token)?;
    let (repeatable, report) = (lines.all_stamped(), report(&lines));
    Ok(Encoded { body: lines.into_bytes().into(), repeatable, report })
}

fn report(lines: &LineBuffer) -> WriteReport {
    WriteReport {
        lines: lines.lines() as u64,
        bytes: lines.as_bytes().len() as u64,
        skipped_non_finite: lines.skipped_non_finite(),
    }
}

impl<M: Measurement + ?Sized> Records for M {
    fn encode_records(&self, lines: &mut LineBuffer, _: private::Token) -> Result<()> {
        lines.push(self).map_err(|error| Error::encode(0, error))
    }
}

impl<M: Measurement> Records for [M] {
    fn encode_records(&self, lines: &mut LineBuffer, _: private::Token) -> Result<()> {
        for (index, record) in self.iter().enumerate() {
            lines.push(record).map_err(|error| Error::encode(index, error))?;
        }
        Ok(())
    }

    fn count(&self, _: private::Token) -> usize {
        self.len()
    }
}

impl<M: Measurement, const N: usize> Records for [M; N] {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_slice().encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        N
    }
}

impl<M: Measurement> Records for Vec<M> {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_slice().encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        self.len()
    }
}

impl<M: Measurement> Records for &[M] {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        (**self).encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        self.len()
    }
}

impl<M: Measurement> Records for &Vec<M> {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_slice().encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        self.len()
    }
}

impl Records for str {
    fn encode_records(&self, lines: &mut LineBuffer, _: private::Token) -> Result<()> {
        lines.push_raw(self).map(drop).map_err(Error::text)
    }

    fn count(&self, _: private::Token) -> usize {
        lines_of(self).count()
    }
}

impl Records for &str {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        (**self).encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        lines_of(self).count()
    }
}

impl Records for String {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_str().encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        lines_of(self).count()
    }
}

impl Records for LineBuffer {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_str().encode_records(lines, token)
    }

    fn ready(&self, _: private::Token) -> Option<&LineBuffer> {
        Some(self)
    }

    fn count(&self, _: private::Token) -> usize {
        self.lines()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_time_are_found() {
        let stamped = |text: &str| {
            let mut lines = LineBuffer::new();
            lines.push_raw(text).unwrap();
            lines.all_stamped()
        };
        for text in ["m v=1 5", "m v=1 -5\nm v=\"a b\" 0", "m,t=a\\ b v=1 5"] {
            assert!(stamped(text), "{text}");
        }
        for text in
            ["m v=1", "m v=\"a 5\"", "m,t=a\\ 5 v=5i", "m v=1 5\nm a\\ 5=5", "m v=1\nm v=1 5", "m v=t"]
        {
            assert!(!stamped(text), "{text}");
        }
    }
}

//! What can be written in one call.

use crate::error::{Error, Result};
use crate::line::{EncodeOptions, LineBuffer, Measurement, Precision, read};

/// What [`Client::write`](crate::Client::write) takes: one [`Measurement`]; an array, slice or vector of them; any
/// iterator of them, as [`lines::iter`](crate::lines::iter); text in line protocol (`str`, `String`); or a ready [`LineBuffer`].
///
/// It cannot be implemented for other types: implement [`Measurement`] for a record, and pass a slice of records.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to InfluxDB",
    label = "neither a record nor a collection of records",
    note = "add `#[derive(Measurement)]` to the record; pass many of them as a slice, array or `Vec`, or an iterator as `lines::iter(it)`"
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

    /// The caller's index of each of the `lines` that they are, where it is not the line's own.
    #[doc(hidden)]
    fn indices(&self, _lines: usize, _: private::Token) -> Option<Vec<u32>> {
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

pub(super) mod private {
    /// Keeps the methods of [`Records`](super::Records) to this crate.
    #[derive(Debug)]
    pub struct Token;
}

/// Records as they are sent.
pub(super) struct Encoded {
    pub(super) lines: LineBuffer,
    /// The caller's index of each line, where it is not the line's own.
    pub(super) indices: Option<Vec<u32>>,
}

/// The unit in which the records' times are sent.
///
/// # Errors
///
/// They are lines already, in another unit than is wanted.
pub(super) fn precision<R: Records + ?Sized>(
    records: &R,
    wanted: Option<Precision>,
    options: &EncodeOptions,
) -> Result<Precision> {
    match (records.ready(private::Token).map(LineBuffer::precision), wanted) {
        (Some(ready), Some(wanted)) if ready != wanted => Err(Error::config(format!(
            "the lines have their times in {}, the destination wants {}",
            ready.as_str(),
            wanted.as_str()
        ))),
        (Some(ready), _) => Ok(ready),
        (None, wanted) => Ok(wanted.unwrap_or(options.unit())),
    }
}

/// Encodes all records. Lines that are ready are taken as they are, but for default tags.
///
/// # Errors
///
/// The first record that cannot be encoded.
pub(super) fn encode<R: Records + ?Sized>(records: &R, options: EncodeOptions) -> Result<Encoded> {
    if let Some(ready) = records.ready(private::Token).filter(|ready| !options.changes_lines(ready)) {
        return Ok(Encoded { lines: ready.clone(), indices: None });
    }
    let mut lines = LineBuffer::with_options(options);
    records.encode_records(&mut lines, private::Token)?;
    let indices = records.indices(lines.lines(), private::Token);
    Ok(Encoded { lines, indices })
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
        read::lines(self).count()
    }

    fn indices(&self, lines: usize, _: private::Token) -> Option<Vec<u32>> {
        // cheaper than reading the text once more: each of its lines is a record
        if self.lines().count() == lines {
            return None;
        }
        Some(read::lines(self).map(|line| u32::try_from(line.number - 1).unwrap_or(u32::MAX)).collect())
    }
}

impl Records for &str {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        (**self).encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        read::lines(self).count()
    }

    fn indices(&self, lines: usize, token: private::Token) -> Option<Vec<u32>> {
        (**self).indices(lines, token)
    }
}

impl Records for String {
    fn encode_records(&self, lines: &mut LineBuffer, token: private::Token) -> Result<()> {
        self.as_str().encode_records(lines, token)
    }

    fn count(&self, _: private::Token) -> usize {
        read::lines(self).count()
    }

    fn indices(&self, lines: usize, token: private::Token) -> Option<Vec<u32>> {
        self.as_str().indices(lines, token)
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
    fn records_of_a_text_have_the_index_of_their_line() {
        let indices = |text: &str| {
            let Encoded { lines, indices } = encode(text, EncodeOptions::new()).unwrap();
            indices.unwrap_or_else(|| (0..lines.lines() as u32).collect())
        };
        assert_eq!(indices("m v=1\nm v=2\nm v=3\n"), [0, 1, 2]);
        assert_eq!(indices("m v=1\nm v=2"), [0, 1]);
        assert_eq!(indices("\nm v=1\n# no\nm v=2\n\n"), [1, 3]);
        assert_eq!(indices("m s=\"a\nb\"\nm v=2"), [0, 2]);
        assert_eq!(indices("m s=\"a\n\n\"\n# no"), [0]);
        assert!(encode("m v=1\nm v=2\n", EncodeOptions::new()).unwrap().indices.is_none());
    }

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

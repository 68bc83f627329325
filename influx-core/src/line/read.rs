//! The one reader of line protocol: splits a text into lines and a line into its parts.
//!
//! It follows what the servers do, not what the encoder of this crate writes, and never calls the encoder, so
//! that each can judge the other. Where the parser of InfluxDB 1.x and 2.x and that of InfluxDB 3 agree, so
//! does this reader. Where they differ:
//!
//! - 1.x and 2.x decide: errors are a tag key that stands twice, a float that overflows, an unescaped comma in
//!   a key, and a comma after the last field. No errors are `.5` and `5.`, spaces at the end of a line, and
//!   control characters inside a name. In tags a backslash before a comma, space or `=` escapes it, even if
//!   another backslash stands in front: `two\\ words` reads `two\ words`.
//! - InfluxDB 3 decides: `\=` in a measurement stays as it is; no text follows the closing quote of a string; a
//!   field key is not empty, not even after a tab, and does not end with a backslash, which makes 1.x crash.
//! - A comment ends with its line. In both servers an odd quote in a comment can hide the lines after it.
//!
//! What a server refuses only when it stores a point is not judged here: a tag or field named `time`, a type
//! that conflicts, a name or string that is too long.
//!
//! ```
//! use influx_core::line::read::{self, Value};
//!
//! let text = "# weather\nair,room=hall\\ 2 temp=21.5,note=\"two\nlines\" 1700000000\nair temp=\n";
//! let lines: Vec<_> = read::lines(text).collect();
//! assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 4]);
//!
//! let air = read::parse(lines[0].text)?;
//! assert_eq!(air.tags, [("room".into(), "hall 2".into())]);
//! assert_eq!(air.fields[1], ("note".into(), Value::String("two\nlines".into())));
//! assert_eq!(air.timestamp, Some(1_700_000_000));
//!
//! let error = read::parse(lines[1].text).unwrap_err();
//! assert_eq!(error.to_string(), "missing field value at byte 9");
//! # Ok::<(), read::ReadError>(())
//! ```

mod scan;
mod split;
mod value;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use thiserror::Error;

pub(crate) use self::scan::{Fields, Scan, Tags};
pub use self::split::{Lines, RawLine};

/// The logical lines of a text, without blank lines and comments.
///
/// A newline inside a string field ends no line. A line is not checked here but by [`parse`].
pub fn lines(text: &str) -> Lines<'_> {
    Lines::new(text)
}

/// Reads exactly one logical line, given without its newline, as [`lines`] yields it.
///
/// # Errors
///
/// If the line is no point: see [`ReadErrorKind`] for the causes. A comment is no point either.
pub fn parse(line: &str) -> Result<ParsedLine<'_>, ReadError> {
    let scan = Scan::new(line)?;
    let tags = scan.tags().map(|(key, text)| (value::name(key), value::name(text))).collect();
    let fields = scan
        .fields()
        .map(|(key, text)| {
            let value = value::field(text).map_err(|kind| ReadError::new(kind, offset_in(line, text)))?;
            Ok((value::name(key), value))
        })
        .collect::<Result<_, _>>()?;
    Ok(ParsedLine {
        measurement: value::measurement(scan.measurement),
        tags,
        fields,
        timestamp: scan.timestamp,
        series_len: scan.series.len(),
    })
}

/// One point as its line states it, all escapes undone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ParsedLine<'a> {
    /// The name of the measurement.
    pub measurement: Cow<'a, str>,
    /// Keys and values of the tags, in the order of the line. No key stands twice.
    pub tags: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Keys and values of the fields, in the order of the line. Of a key that stands twice, servers keep the
    /// last value.
    pub fields: Vec<(Cow<'a, str>, Value<'a>)>,
    /// The timestamp, in the unit the sender of the line chose; `None` lets the server stamp the point.
    pub timestamp: Option<i64>,
    /// Bytes of measurement and tag set as written, escapes included.
    pub series_len: usize,
}

/// The value of a field: one of the five types line protocol has.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `1`, `1.5`, `-2e-3`: always finite.
    Float(f64),
    /// `1i`
    Integer(i64),
    /// `1u`
    Unsigned(u64),
    /// `t`, `T`, `true`, `True`, `TRUE` and the same forms of `false`
    Boolean(bool),
    /// `"text"`
    String(Cow<'a, str>),
}

/// Why a line is no point, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{kind} at byte {offset}")]
pub struct ReadError {
    kind: ReadErrorKind,
    offset: usize,
}

impl ReadError {
    fn new(kind: ReadErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    /// What is wrong.
    pub fn kind(&self) -> ReadErrorKind {
        self.kind
    }

    /// The byte of the line, counted from 0, at which the fault shows; the length of the line if something is
    /// missing at its end.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// What is wrong with a line, in the words InfluxDB uses wherever it has some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The line is empty, a comment, or starts with a comma.
    #[error("missing measurement")]
    MissingMeasurement,
    /// Nothing stands between a comma of the series and what follows.
    #[error("missing tag key")]
    MissingTagKey,
    /// A tag has no `=`, or nothing after it.
    #[error("missing tag value")]
    MissingTagValue,
    /// A tag value holds an unescaped `=`; also what comes of a backslash at the end of a tag value.
    #[error("invalid tag format")]
    InvalidTag,
    /// A tag key stands twice.
    #[error("duplicate tags")]
    DuplicateTag,
    /// The line ends with its series.
    #[error("missing fields")]
    MissingFields,
    /// Nothing stands before the `=` of a field.
    #[error("missing field key")]
    MissingFieldKey,
    /// Nothing stands after the `=` of a field.
    #[error("missing field value")]
    MissingFieldValue,
    /// A field has no `=`, its key holds an unescaped comma, or text follows the closing quote of its string.
    #[error("invalid field format")]
    InvalidField,
    /// A field key ends with a backslash.
    #[error("field key ends with a backslash")]
    TrailingBackslash,
    /// A value that starts like a number is none. `NaN` is one of these.
    #[error("invalid number")]
    InvalidNumber,
    /// A number ending in `i` does not fit into 64 bits.
    #[error("unable to parse integer: value out of range")]
    IntegerRange,
    /// A number ending in `u` does not fit into 64 bits.
    #[error("unable to parse unsigned: value out of range")]
    UnsignedRange,
    /// A float is malformed behind its exponent, or too large for 64 bits.
    #[error("invalid float")]
    InvalidFloat,
    /// A value that is neither number nor string is no boolean.
    #[error("invalid boolean")]
    InvalidBoolean,
    /// A string has no closing quote, or servers would look for one behind the end of the line.
    #[error("unbalanced quotes")]
    UnbalancedQuotes,
    /// A newline stands outside of a string, with no backslash before it: this is more than one line.
    #[error("newline outside of a string")]
    Newline,
    /// The timestamp is no integer. A carriage return at the end of the line is one cause.
    #[error("bad timestamp")]
    BadTimestamp,
    /// The timestamp is beyond what a server can store.
    #[error("time outside range -9223372036854775806 - 9223372036854775806")]
    TimestampRange,
    /// Text follows the timestamp.
    #[error("point is invalid")]
    TrailingText,
}

/// Where `part`, a slice of `line`, starts in it.
fn offset_in(line: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(line.as_ptr().addr())
}

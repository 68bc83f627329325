//! Why a record was not encoded.

use std::fmt;

/// A record that was refused. The buffer it was pushed to is as it was before.
///
/// # Formatting
/// `Display` names the part of the record and its key, then the reason: `tag "host": the value ends with a
/// backslash, which line protocol cannot express`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct EncodeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{kind}", Place { part: *part, key })]
struct Inner {
    kind: EncodeErrorKind,
    part: Part,
    key: Option<String>,
}

/// The part of a record that an [`EncodeError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The record as a whole.
    Record,
    /// The measurement.
    Measurement,
    /// A tag: its key or its value.
    Tag,
    /// A field: its key or its value.
    Field,
    /// The timestamp.
    Timestamp,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The measurement, or a tag's or field's key, cannot be written.
    #[error("the name {0}")]
    Name(Flaw),
    /// A tag's value cannot be written.
    #[error("the value {0}")]
    Value(Flaw),
    /// Two tags, or two fields, of one record have the same key.
    #[error("the key stands twice in one record")]
    DuplicateKey,
    /// The record has no measurement.
    #[error("no measurement was written")]
    NoMeasurement,
    /// The record has no field, or all of them were left out (`None`, or not finite under
    /// [`NonFinite::Skip`](super::NonFinite::Skip)). Servers refuse such a line.
    #[error("no field has a value, and a line needs at least one")]
    NoFields,
    /// A part was written after one that must follow it: the order is measurement, tags, fields, timestamp.
    #[error("written out of order: measurement, then tags, then fields, then the timestamp")]
    OutOfOrder,
    /// A double is NaN or infinite, under [`NonFinite::Error`](super::NonFinite::Error).
    #[error("the value is not finite")]
    NonFinite,
    /// An unsigned integer above 2⁶³ − 1, for a server without unsigned integers.
    #[error("{0} is above the largest integer, 9223372036854775807, and the server has no unsigned integers")]
    UnsignedTooLarge(u64),
    /// A line of text has an unsigned integer (`42u`), for a server without them.
    #[error("the value is an unsigned integer, which the server does not have")]
    NoUnsigned,
    /// A value cannot be written as the type that `as = "…"` asks for.
    #[error("{value} is no {wanted}")]
    Coercion {
        /// The value.
        value: String,
        /// The type that was asked for.
        wanted: super::ValueType,
    },
    /// The timestamp, scaled to nanoseconds, is outside what servers store:
    /// −9223372036854775806 to 9223372036854775806 (the years 1677 to 2262).
    #[error("the time is outside the years 1677 to 2262 that servers store")]
    TimeOutOfRange,
    /// The measurement and tag set, with the longest field key, are longer than servers take.
    #[error("the series key has {len} bytes, and servers take {limit}")]
    SeriesKeyTooLong {
        /// Its length in bytes.
        len: usize,
        /// The limit, from [`EncodeOptions::max_series_key`](super::EncodeOptions::max_series_key).
        limit: usize,
    },
    /// A string field is longer than servers take.
    #[error("the string has {len} bytes, and servers take {limit}")]
    StringTooLong {
        /// Its length in bytes, as written.
        len: usize,
        /// The limit, from [`EncodeOptions::max_string`](super::EncodeOptions::max_string).
        limit: usize,
    },
    /// The buffer holds 4 GiB, or would with this record.
    #[error("the buffer is full at 4 GiB: send or clear it first")]
    BufferFull,
    /// The record's own code refused a value.
    #[error("{0}")]
    Custom(String),
}

/// Why a text cannot stand in line protocol as a measurement, a key or a tag value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// It contains a newline, for which servers have no escape.
    #[error("contains a newline, which would end the line")]
    Newline,
    /// It contains a carriage return.
    #[error("contains a carriage return, which would break the line")]
    CarriageReturn,
    /// It contains a NUL character.
    #[error("contains a NUL character, which servers cut or refuse")]
    Nul,
    /// It ends with a backslash, which would escape what follows.
    #[error("ends with a backslash, which line protocol cannot express")]
    TrailingBackslash,
    /// It has a backslash right before a comma, a space, an equals sign or another backslash; in a measurement or
    /// a key, also before a quote.
    #[error("has a backslash before a comma, space, `=`, quote or backslash, which servers read differently")]
    AmbiguousBackslash,
    /// A measurement begins with `#`.
    #[error("begins with `#`, which would make the line a comment")]
    Comment,
    /// A measurement or a key begins with a tab.
    #[error("begins with a tab, which servers skip before measurements and fields")]
    LeadingTab,
    /// A tag or a field is called `time`.
    #[error("is reserved: servers keep `time` for the timestamp")]
    Reserved,
}

impl EncodeErrorKind {
    #[cold]
    #[inline(never)]
    pub(super) fn custom(reason: impl fmt::Display) -> Self {
        EncodeErrorKind::Custom(reason.to_string())
    }
}

impl EncodeError {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: EncodeErrorKind, part: Part, key: Option<String>) -> Self {
        EncodeError(Box::new(Inner { kind, part, key }))
    }

    #[cold]
    pub(crate) fn record(kind: EncodeErrorKind) -> Self {
        EncodeError::new(kind, Part::Record, None)
    }

    /// What is wrong.
    pub fn kind(&self) -> &EncodeErrorKind {
        &self.0.kind
    }

    /// The part of the record it is about.
    pub fn part(&self) -> Part {
        self.0.part
    }

    /// The key of the tag or field, or the measurement, without escapes.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }
}

struct Place<'a> {
    part: Part,
    key: &'a Option<String>,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Record => return Ok(()),
            Part::Measurement => "measurement",
            Part::Tag => "tag",
            Part::Field => "field",
            Part::Timestamp => "timestamp",
        };
        match self.key {
            Some(key) => write!(f, "{part} {key:?}: "),
            None => write!(f, "{part}: "),
        }
    }
}

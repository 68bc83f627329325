//! What becomes of values that line protocol has no text for, or more than one: by column, or for all.

use influx_core::ValueType;

/// What becomes of a null. In a tag or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnNull {
    /// The tag or field is left out of the line.
    #[default]
    Skip,
    /// The row is refused.
    Refuse,
}

/// What becomes of a time that is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnNullTime {
    /// The row is refused.
    #[default]
    Refuse,
    /// The line has no time: the server stamps it when it arrives, or this machine's clock does, by
    /// [`EncodeOptions::stamp`](influx_core::EncodeOptions::stamp).
    Stamp,
}

/// What becomes of an empty string in a field. In a tag it is left out, or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnEmpty {
    /// A field is written as `""`; a tag is left out, as servers refuse an empty one.
    #[default]
    Keep,
    /// The tag or field is left out of the line.
    Skip,
    /// The row is refused.
    Refuse,
}

/// As which type a column of integers is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IntegerKind {
    /// As integer: `42i`. A value above 2⁶³ − 1 refuses its row.
    Integer,
    /// As unsigned integer: `42u`. A negative value refuses its row.
    Unsigned,
    /// As float: `42`. A value that no double holds exactly refuses its row.
    Float,
}

impl IntegerKind {
    /// The type of the field.
    pub(crate) fn value_type(self) -> ValueType {
        match self {
            Self::Integer => ValueType::Integer,
            Self::Unsigned => ValueType::Unsigned,
            Self::Float => ValueType::Float,
        }
    }
}

/// How a time of the wall clock is read that came twice or never, as clocks were set back or forward.
///
/// Where clocks were set from 3:00 back to 2:00, 2:30 came twice, an hour apart. Where they were set from 2:00 forward to
/// 3:00, 2:30 never came, and is counted from the clock as it was before (so that it is what clocks then showed as 3:30, the
/// later moment) or as it was after (1:30, the earlier one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Ambiguous {
    /// The row is refused.
    #[default]
    Refuse,
    /// The earlier of the two moments.
    Earliest,
    /// The later of the two moments.
    Latest,
}

/// As what decimal numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DecimalAs {
    /// As float, by all of its digits. Servers keep the nearest double.
    #[default]
    Float,
    /// As string, exactly.
    String,
    /// Columns of decimals are refused.
    Refuse,
}

/// As what bytes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BinaryAs {
    /// Columns of bytes are refused.
    #[default]
    Refuse,
    /// As string in base64, with padding.
    Base64,
}

/// As what dates, times and durations are stored that are fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TemporalAs {
    /// As integer, in the column's own unit: days, or seconds to nanoseconds.
    #[default]
    Integer,
    /// As string: `2024-05-01`, `2024-05-01T12:00:00.5Z`, `12:00:00.5`, and durations as integer with their unit, `1500ms`.
    String,
}

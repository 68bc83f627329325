//! What a frame's columns are called and of what type they are, whatever library the frame is of.

use std::fmt;
use std::sync::Arc;

use influx_core::Precision;

/// The columns of a frame, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrameSchema {
    /// The columns.
    pub columns: Vec<FrameColumn>,
}

/// A column's name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
}

/// The type of a column, whatever library the frame is of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// `true` and `false`.
    Boolean,
    /// Signed integers of so many bits: 8, 16, 32, 64 or 128.
    Integer(u8),
    /// Unsigned integers of so many bits: 8, 16, 32, 64 or 128.
    Unsigned(u8),
    /// Floats of so many bits: 16, 32 or 64.
    Float(u8),
    /// Decimal numbers, exact: so many digits behind the point; fewer than none are zeros before it.
    Decimal {
        /// The digits behind the point.
        scale: i8,
    },
    /// Text.
    String,
    /// Text of which each value stands once: Polars' categories and enums, Arrow's dictionaries of text.
    Category,
    /// Bytes.
    Binary,
    /// Days, without a time zone.
    Date,
    /// Moments, counted in a unit. With a zone they are moments in UTC, whatever the zone; without, they are what a
    /// clock on some wall shows.
    Timestamp(Precision, Option<Arc<str>>),
    /// Times of day, counted in a unit from midnight.
    Time(Precision),
    /// Spans of time, counted in a unit.
    Duration(Precision),
    /// Nothing but nulls.
    Null,
    /// Columns in a column.
    Struct(Vec<FrameColumn>),
    /// Whatever else the library has, by its name for it.
    Other(String),
}

impl FrameSchema {
    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&FrameColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::Integer(bits) => write!(f, "int{bits}"),
            Self::Unsigned(bits) => write!(f, "uint{bits}"),
            Self::Float(bits) => write!(f, "float{bits}"),
            Self::Decimal { scale } => write!(f, "decimal with {scale} digits behind the point"),
            Self::String => f.write_str("string"),
            Self::Category => f.write_str("category"),
            Self::Binary => f.write_str("binary"),
            Self::Date => f.write_str("date"),
            Self::Timestamp(unit, None) => write!(f, "timestamp in {} without a time zone", unit.as_str()),
            Self::Timestamp(unit, Some(zone)) => write!(f, "timestamp in {} of zone {zone}", unit.as_str()),
            Self::Time(unit) => write!(f, "time of day in {}", unit.as_str()),
            Self::Duration(unit) => write!(f, "duration in {}", unit.as_str()),
            Self::Null => f.write_str("null"),
            Self::Struct(_) => f.write_str("struct"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

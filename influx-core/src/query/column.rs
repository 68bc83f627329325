//! What a table of an answer is made of: its columns, their types, and which of them group it.

use std::fmt;

use crate::line::Precision;

/// The type of a column, or of one value where rows are not of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// Text.
    String,
    /// A double.
    Double,
    /// A signed integer of 64 bits.
    Long,
    /// An unsigned integer of 64 bits.
    UnsignedLong,
    /// `true` or `false`.
    Boolean,
    /// A moment, as RFC 3339 writes it.
    Time,
    /// A moment, as a count of units since 1970.
    Ticks(Precision),
    /// A length of time, as Flux writes it: `1h30m`, or a count of nanoseconds.
    Duration,
    /// Bytes, as base64.
    Binary,
    /// A list or an object, as JSON.
    Json,
    /// Not told: the answer has no annotation for it. Reads as whatever is asked for.
    Untyped,
}

impl DataType {
    /// The type that an annotation `#datatype` names; `None` if it is not known.
    pub(super) fn of_annotation(name: &str) -> Option<Self> {
        Some(match name {
            "string" | "tag" => Self::String,
            "double" => Self::Double,
            "long" => Self::Long,
            "unsignedLong" => Self::UnsignedLong,
            "boolean" => Self::Boolean,
            "duration" => Self::Duration,
            "base64Binary" => Self::Binary,
            _ if name == "dateTime" || name.starts_with("dateTime:RFC3339") => Self::Time,
            _ => return None,
        })
    }
}

/// Prints the annotation's name, such as `double` or `dateTime:RFC3339`.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Double => "double",
            Self::Long => "long",
            Self::UnsignedLong => "unsignedLong",
            Self::Boolean => "boolean",
            Self::Time => "dateTime:RFC3339",
            Self::Ticks(_) => "dateTime",
            Self::Duration => "duration",
            Self::Binary => "base64Binary",
            Self::Json => "json",
            Self::Untyped => "untyped",
        })
    }
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its name; names may stand twice.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it is part of the group key: all rows of a table have the same value there.
    pub group: bool,
    /// What an empty value stands for; empty if for nothing.
    pub default: String,
}

impl Column {
    /// A column that groups nothing and has no default.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type, group: false, default: String::new() }
    }
}

/// The columns of a table. All rows with the same header share one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Header {
    /// The columns in order.
    pub columns: Vec<Column>,
}

impl Header {
    /// The place of the first column of this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The columns of the group key.
    pub fn group_key(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.group)
    }
}

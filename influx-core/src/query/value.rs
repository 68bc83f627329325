//! Values of any type, and how a type is read from the text of an answer.

use std::error::Error as StdError;
use std::fmt;

use super::{Cell, DataType};
use crate::line::{Epoch, Nanos, Precision, rfc3339};

/// A value of any type that an answer may hold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing; in CSV also an empty text.
    Null,
    /// Text.
    String(String),
    /// A double.
    Double(f64),
    /// A signed integer.
    Long(i64),
    /// An unsigned integer.
    UnsignedLong(u64),
    /// True or false.
    Boolean(bool),
    /// A moment, to the nanosecond.
    Time(Epoch),
    /// A length of time in nanoseconds, negative if it leads back.
    Duration(i64),
    /// Bytes.
    Binary(Vec<u8>),
    /// A list or an object.
    Json(serde_json::Value),
}

impl Value {
    /// The value of a cell, by the type of the cell.
    ///
    /// # Errors
    ///
    /// The text is not of that type.
    pub fn of(cell: Cell<'_>) -> Result<Self, RowError> {
        if cell.is_null() {
            return Ok(Self::Null);
        }
        Ok(match cell.data_type() {
            DataType::String | DataType::Untyped => Self::String(cell.text().to_owned()),
            DataType::Double => Self::Double(f64::from_value(cell)?),
            DataType::Long => Self::Long(i64::from_value(cell)?),
            DataType::UnsignedLong => Self::UnsignedLong(u64::from_value(cell)?),
            DataType::Boolean => Self::Boolean(bool::from_value(cell)?),
            DataType::Time | DataType::Ticks(_) => Self::Time(Epoch::from_value(cell)?),
            // durations, bytes and JSON: not read yet
            _ => return Err(RowError::new(format!("values of type {} cannot be read", cell.data_type()))),
        })
    }
}

/// Why a row cannot be read: names the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    column: Option<String>,
    message: String,
}

impl RowError {
    /// An error that belongs to no column, or to one that is not known yet.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { column: None, message: message.into() }
    }

    /// The same error, of this column, unless it knows its own.
    #[must_use]
    pub fn in_column(mut self, name: &str) -> Self {
        self.column.get_or_insert_with(|| name.to_owned());
        self
    }

    /// The column that cannot be read, if it is one.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column {column:?}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl StdError for RowError {}

/// A type that a value of an answer can be read into.
pub trait FromValue<'r>: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// It is null, or not of this type.
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError>;

    /// What stands for a column that is not there; `None`: that is an error.
    fn missing() -> Option<Self> {
        None
    }
}

/// The error of a text that is not what it should be.
pub(super) fn no(what: &str, cell: Cell<'_>) -> RowError {
    if cell.is_null() {
        return RowError::new(format!("it is null, and not {what}: read it into an Option"));
    }
    RowError::new(format!("{:?} is not {what}", cell.text()))
}

macro_rules! parsed {
    ($($type:ty = $what:literal,)*) => {$(
        impl FromValue<'_> for $type {
            #[inline]
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                cell.text().parse().map_err(|_| no($what, cell))
            }
        }
    )*};
}

parsed! {
    f64 = "a float",
    i64 = "an integer of 64 bits",
    u64 = "an unsigned integer of 64 bits",
    bool = "a boolean",
}

impl FromValue<'_> for String {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        <&str>::from_value(cell).map(str::to_owned)
    }
}

impl<'r> FromValue<'r> for &'r str {
    #[inline]
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
        Ok(cell.text())
    }
}

impl FromValue<'_> for Epoch {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        match cell.data_type() {
            DataType::Ticks(unit) => Ok(Epoch::from_ticks(i64::from_value(cell)?, unit)),
            _ => rfc3339::parse(cell.text()).map_err(|why| RowError::new(format!("{:?} {why}", cell.text()))),
        }
    }
}

impl FromValue<'_> for Nanos {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        let ticks = Epoch::from_value(cell)?.to_precision(Precision::Nanoseconds);
        ticks.map(Nanos).ok_or_else(|| no("within the times that nanoseconds of 64 bits reach", cell))
    }
}

impl<'r, T: FromValue<'r>> FromValue<'r> for Option<T> {
    #[inline]
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
        if cell.is_null() { Ok(None) } else { T::from_value(cell).map(Some) }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

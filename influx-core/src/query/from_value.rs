//! From the text of a value to a type.

mod duration;
mod number;
mod time;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) use duration::{Spelled, nanoseconds};
pub(super) use number::as_f64;
pub(super) use time::ticks_in;

use super::{Cell, DataType, RowError, Value};

/// A type that a value of an answer can be read into.
///
/// | type | reads |
/// | --- | --- |
/// | `String`, `&str`, `Cow<str>`, `Box<str>`, `Arc<str>`, `Rc<str>` | everything, as the answer writes it |
/// | `char` | a string of one character |
/// | integers | long and unsigned long, if they fit |
/// | `f64`, `f32` | double, to the nearest; long and unsigned long if no digit is lost |
/// | `bool` | boolean |
/// | `Epoch`, `SystemTime`, the types of chrono, jiff and time | times; a string that is one by RFC 3339 |
/// | `Nanos`, `Micros`, `Millis`, `Seconds` | the same, rounded toward the past; a long as a count of that unit |
/// | `std::time::Duration`; `TimeDelta` of chrono, `SignedDuration` of jiff, `Duration` of time | durations, a string that is one of Flux, as `1h30m` |
/// | `Vec<u8>`, `Box<[u8]>` | bytes, which answers write in base64 |
/// | [`Value`], `serde_json::Value` | everything, by the type that the answer names; null too |
/// | `Option<T>` | what `T` reads; null, and a column that is not there |
/// | enums and newtypes with `#[derive(TagValue)]` | the text of a variant; what the value inside reads |
///
/// Everything else is refused by an error that names column, type and text, so that a query which gives doubles today
/// does not fail on a half tomorrow: the `mean()` of integers is a double, and belongs into an `f64`. Where an answer
/// does not name its types ([`DataType::Untyped`]), a value reads as whatever is asked for: an integer that is written
/// as `5.0`, a boolean as `1`.
///
/// Null is an error for all types but `Option` and the two values. CSV does not tell null from an empty string: text
/// takes both as `""`, an `Option` of it as `None`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a value of an answer",
    label = "not a type that values are read into",
    note = "values are read into text, `char`, numbers up to 64 bits, `bool`, times, durations, `Vec<u8>`, or an `Option` of these",
    note = "for an enum or a newtype of your own, add `#[derive(influx_core::TagValue)]`",
    note = "for a foreign type, say how it is read: `#[field(read_with = \"path\")]`",
    note = "for the types of chrono, jiff or time, enable the influx-core feature of that name"
)]
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

impl<'r, T: FromValue<'r>> FromValue<'r> for Option<T> {
    #[inline]
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
        if cell.is_null() { Ok(None) } else { T::from_value(cell).map(Some) }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

macro_rules! owners {
    ($($owner:ident)*) => {$(
        impl<'r, T: FromValue<'r>> FromValue<'r> for $owner<T> {
            #[inline]
            fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
                T::from_value(cell).map($owner::new)
            }

            fn missing() -> Option<Self> {
                T::missing().map($owner::new)
            }
        }
    )*};
}

owners! { Box Rc Arc }

impl<'r: 'a, 'a> FromValue<'r> for &'a str {
    #[inline]
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
        if cell.is_null() && !cell.may_be_text() {
            return Err(RowError::unfit(cell, "text"));
        }
        Ok(cell.text())
    }
}

impl<'r: 'a, 'a> FromValue<'r> for Cow<'a, str> {
    #[inline]
    fn from_value(cell: Cell<'r>) -> Result<Self, RowError> {
        <&str>::from_value(cell).map(Cow::Borrowed)
    }
}

macro_rules! owned_text {
    ($($type:ty)*) => {$(
        impl FromValue<'_> for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                <&str>::from_value(cell).map(Into::into)
            }
        }
    )*};
}

owned_text!(String Box<str> Arc<str> Rc<str>);

impl FromValue<'_> for char {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        let mut chars = cell.text().chars();
        match (cell.data_type(), chars.next(), chars.next()) {
            (DataType::String | DataType::Untyped, Some(char), None) if !cell.is_null() => Ok(char),
            _ => Err(RowError::unfit(cell, "one character")),
        }
    }
}

impl FromValue<'_> for bool {
    #[inline]
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        let untyped = cell.data_type() == DataType::Untyped;
        match cell.text() {
            "true" if untyped || cell.data_type() == DataType::Boolean => Ok(true),
            "false" if untyped || cell.data_type() == DataType::Boolean => Ok(false),
            text if untyped && text.parse::<f64>() == Ok(1.0) => Ok(true),
            text if untyped && text.parse::<f64>() == Ok(0.0) => Ok(false),
            _ => Err(RowError::unfit(cell, "a boolean")),
        }
    }
}

impl FromValue<'_> for Vec<u8> {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        match cell.data_type() {
            DataType::Binary | DataType::Untyped if !cell.is_null() => STANDARD
                .decode(cell.text())
                .map_err(|why| RowError::new(format!("{:?} is not bytes in base64: {why}", cell.text()))),
            _ => Err(RowError::unfit(cell, "bytes in base64")),
        }
    }
}

impl FromValue<'_> for Box<[u8]> {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        Vec::from_value(cell).map(Into::into)
    }
}

impl FromValue<'_> for Value {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        Self::of(cell)
    }

    fn missing() -> Option<Self> {
        Some(Self::Null)
    }
}

impl FromValue<'_> for serde_json::Value {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        Value::of(cell).map(Into::into)
    }

    fn missing() -> Option<Self> {
        Some(Self::Null)
    }
}

//! Values of any type.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, Serializer};

use super::from_value::{Spelled, as_f64, nanoseconds};
use super::{Cell, DataType, FromValue, RowError};
use crate::line::Epoch;

/// A value of any type that an answer may hold.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// Nothing; in CSV also an empty text.
    #[default]
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
    /// The value of a cell, by the type of the cell: text, where the answer does not tell one.
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
            DataType::Duration => Self::Duration(nanoseconds(cell)?),
            DataType::Binary => Self::Binary(Vec::from_value(cell)?),
            DataType::Json => Self::Json(
                serde_json::from_str(cell.text())
                    .map_err(|why| RowError::new(format!("{:?} is not JSON: {why}", cell.text())))?,
            ),
        })
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number as a double: any number, if no digit is lost.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Double(value) => Some(*value),
            Self::Long(value) => as_f64((*value).into()),
            Self::UnsignedLong(value) => as_f64((*value).into()),
            _ => None,
        }
    }

    /// The integer, if it is one and fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Long(value) => Some(*value),
            Self::UnsignedLong(value) => (*value).try_into().ok(),
            _ => None,
        }
    }

    /// The integer, if it is one and not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Long(value) => (*value).try_into().ok(),
            Self::UnsignedLong(value) => Some(*value),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The moment, if it is one; [`Epoch::to`] makes it a type of chrono, jiff or time.
    #[must_use]
    pub fn as_time(&self) -> Option<Epoch> {
        match self {
            Self::Time(value) => Some(*value),
            _ => None,
        }
    }

    /// The nanoseconds of the duration, if it is one.
    #[must_use]
    pub fn as_duration(&self) -> Option<i64> {
        match self {
            Self::Duration(nanos) => Some(*nanos),
            _ => None,
        }
    }

    /// The bytes, if it is bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The list or the object, if it is one.
    #[must_use]
    pub fn as_json(&self) -> Option<&serde_json::Value> {
        match self {
            Self::Json(json) => Some(json),
            _ => None,
        }
    }
}

/// Prints it as annotated CSV does: null as nothing, times by RFC 3339, bytes in base64, `+Inf` and `NaN`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::String(text) => f.write_str(text),
            Self::Double(value) if value.is_infinite() => {
                f.write_str(if *value > 0.0 { "+Inf" } else { "-Inf" })
            }
            Self::Double(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::UnsignedLong(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Time(value) => value.fmt(f),
            Self::Duration(nanos) => Spelled(*nanos).fmt(f),
            Self::Binary(bytes) => Base64Display::new(bytes, &STANDARD).fmt(f),
            Self::Json(json) => json.fmt(f),
        }
    }
}

/// Numbers and booleans as such; times, durations and bytes as the text that [`Display`](fmt::Display) prints, and so are
/// the floats that JSON lacks.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::String(text) => serializer.serialize_str(text),
            Self::Double(value) if value.is_finite() || !serializer.is_human_readable() => {
                serializer.serialize_f64(*value)
            }
            Self::Long(value) => serializer.serialize_i64(*value),
            Self::UnsignedLong(value) => serializer.serialize_u64(*value),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Json(json) => json.serialize(serializer),
            Self::Double(_) | Self::Time(_) | Self::Duration(_) | Self::Binary(_) => {
                serializer.collect_str(self)
            }
        }
    }
}

/// As it is serialised.
impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::String(text) => text.into(),
            Value::Double(float) if float.is_finite() => float.into(),
            Value::Long(integer) => integer.into(),
            Value::UnsignedLong(integer) => integer.into(),
            Value::Boolean(boolean) => boolean.into(),
            Value::Json(json) => json,
            other @ (Value::Double(_) | Value::Time(_) | Value::Duration(_) | Value::Binary(_)) => {
                other.to_string().into()
            }
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident,)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    &str => String,
    String => String,
    f64 => Double,
    f32 => Double,
    i64 => Long,
    i32 => Long,
    u64 => UnsignedLong,
    u32 => UnsignedLong,
    bool => Boolean,
    Epoch => Time,
    Vec<u8> => Binary,
    serde_json::Value => Json,
}

/// `None` is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Precision;

    fn value(text: &str, data_type: DataType) -> Value {
        Value::of(Cell::new(text, data_type)).unwrap()
    }

    #[test]
    fn every_type_has_its_value_its_text_and_its_json() {
        let time = Epoch::from_parts(1_700_000_000, 500_000_000);
        let json = serde_json::json!({ "a": [1, null] });
        let table = [
            ("a b", DataType::String, Value::from("a b"), "\"a b\""),
            ("a b", DataType::Untyped, Value::from("a b"), "\"a b\""),
            ("1.5", DataType::Double, Value::from(1.5), "1.5"),
            ("+Inf", DataType::Double, Value::from(f64::INFINITY), "\"+Inf\""),
            ("-Inf", DataType::Double, Value::from(f64::NEG_INFINITY), "\"-Inf\""),
            ("-9223372036854775808", DataType::Long, Value::from(i64::MIN), "-9223372036854775808"),
            ("18446744073709551615", DataType::UnsignedLong, Value::from(u64::MAX), "18446744073709551615"),
            ("true", DataType::Boolean, Value::from(true), "true"),
            ("2023-11-14T22:13:20.5Z", DataType::Time, Value::from(time), "\"2023-11-14T22:13:20.5Z\""),
            ("1h30m", DataType::Duration, Value::Duration(5_400_000_000_000), "\"1h30m\""),
            ("aGk=", DataType::Binary, Value::from(b"hi".to_vec()), "\"aGk=\""),
            (r#"{"a":[1,null]}"#, DataType::Json, Value::from(json), r#"{"a":[1,null]}"#),
        ];
        for (text, data_type, expected, json) in table {
            let found = value(text, data_type);
            assert_eq!(found, expected);
            assert_eq!(found.to_string(), text);
            assert_eq!(serde_json::to_string(&found).unwrap(), json);
            assert_eq!(serde_json::Value::from(found).to_string(), json);
        }
        assert_eq!(value("NaN", DataType::Double).to_string(), "NaN");
        assert_eq!(serde_json::to_string(&value("NaN", DataType::Double)).unwrap(), "\"NaN\"");
        assert_eq!(value("1700000000500", DataType::Ticks(Precision::Milliseconds)), Value::from(time));
        assert_eq!(value("60000000000", DataType::Duration).to_string(), "1m");
        assert_eq!(serde_json::to_string(&Value::Null).unwrap(), "null");
        assert_eq!(Value::from(None::<f64>), Value::Null);
    }

    #[test]
    fn a_text_that_is_not_of_its_type_is_refused() {
        let table = [
            ("x", DataType::Double, "\"x\" of type double is not an f64"),
            ("2.5", DataType::Long, "\"2.5\" of type long is not an integer of 64 bits"),
            ("yes", DataType::Boolean, "\"yes\" of type boolean is not a boolean"),
            ("now", DataType::Time, "\"now\" is no time as RFC 3339"),
            ("1mo", DataType::Duration, "\"1mo\" has months or years"),
            ("?", DataType::Binary, "\"?\" is not bytes in base64"),
            ("{", DataType::Json, "\"{\" is not JSON"),
        ];
        for (text, data_type, part) in table {
            let error = Value::of(Cell::new(text, data_type)).unwrap_err().to_string();
            assert!(error.starts_with(part), "{error}");
        }
    }

    #[test]
    fn accessors_give_what_loses_nothing() {
        assert_eq!(Value::Long(5).as_f64(), Some(5.0));
        assert_eq!(Value::Long(9_007_199_254_740_993).as_f64(), None);
        assert_eq!(Value::Double(5.0).as_i64(), None);
        assert_eq!(Value::UnsignedLong(u64::MAX).as_i64(), None);
        assert_eq!(Value::Long(-1).as_u64(), None);
        assert_eq!(Value::from("a").as_str(), Some("a"));
        assert_eq!(Value::from(true).as_bool(), Some(true));
        assert_eq!(Value::from(b"a".to_vec()).as_bytes(), Some(&b"a"[..]));
        assert_eq!(Value::Duration(1).as_duration(), Some(1));
        assert_eq!(Value::from(Epoch::from_parts(1, 0)).as_time(), Some(Epoch::from_parts(1, 0)));
        assert!(Value::Null.is_null());
    }
}

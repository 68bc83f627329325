//! A value that is read already, as what is asked for.

use serde::de::value::{BorrowedStrDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use crate::query::{RowError, Value};

/// A value.
#[derive(Clone, Copy)]
pub(super) struct Typed<'r> {
    pub(super) value: &'r Value,
    /// Whether null may be an empty text.
    pub(super) may_be_text: bool,
}

fn unfit(value: &Value, what: &str) -> RowError {
    match value {
        Value::Null => RowError::new(format!("it is null, and not {what}: read it into an Option")),
        _ => RowError::new(format!("{:?} is not {what}", value.to_string())),
    }
}

fn no_json(error: serde_json::Error) -> RowError {
    RowError::new(error.to_string())
}

impl<'de> Deserializer<'de> for Typed<'de> {
    type Error = RowError;

    fn deserialize_any<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Double(value) => visitor.visit_f64(*value),
            Value::Long(value) => visitor.visit_i64(*value),
            Value::UnsignedLong(value) => visitor.visit_u64(*value),
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::Json(json) => json.deserialize_any(visitor).map_err(no_json),
            Value::Time(_) | Value::Duration(_) | Value::Binary(_) => {
                visitor.visit_string(self.value.to_string())
            }
        }
    }

    fn deserialize_f64<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        visitor.visit_f64(self.value.as_f64().ok_or_else(|| unfit(self.value, "an f64"))?)
    }

    fn deserialize_f32<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_str<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        match self.value {
            Value::Null if self.may_be_text => visitor.visit_borrowed_str(""),
            Value::Null => Err(unfit(self.value, "text")),
            Value::String(text) => visitor.visit_borrowed_str(text),
            other => visitor.visit_string(other.to_string()),
        }
    }

    fn deserialize_string<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        visitor.visit_borrowed_bytes(self.value.as_bytes().ok_or_else(|| unfit(self.value, "bytes"))?)
    }

    fn deserialize_byte_buf<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_seq<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        match self.value {
            Value::Binary(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
            Value::Json(json) => json.deserialize_seq(visitor).map_err(no_json),
            other => Err(unfit(other, "a list")),
        }
    }

    fn deserialize_tuple<T: Visitor<'de>>(self, _: usize, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_option<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<T: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<T: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, RowError> {
        match self.value {
            Value::String(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Json(json) => json.deserialize_enum(name, variants, visitor).map_err(no_json),
            Value::Null => Err(unfit(self.value, "a variant")),
            other => visitor.visit_enum(other.to_string().into_deserializer()),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char unit unit_struct tuple_struct map struct identifier
        ignored_any
    }
}

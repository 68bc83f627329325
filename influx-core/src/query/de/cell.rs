//! A value as it stands in the answer, read as what is asked for.

use serde::de::value::{BorrowedStrDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Visitor};

use crate::line::Epoch;
use crate::query::{Cell, DataType, FromValue, RowError};

/// The value of a cell.
pub(super) struct Text<'r>(pub(super) Cell<'r>);

impl<'r> Text<'r> {
    /// As text: times by RFC 3339 in UTC, whatever the answer writes.
    fn text<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        let text = <&str>::from_value(self.0)?;
        let is_time = matches!(self.0.data_type(), DataType::Time | DataType::Ticks(_));
        if is_time && !text.ends_with('Z') {
            return visitor.visit_string(Epoch::from_value(self.0)?.to_string());
        }
        visitor.visit_borrowed_str(text)
    }

    fn json(&self) -> serde_json::Deserializer<serde_json::de::StrRead<'r>> {
        serde_json::Deserializer::from_str(self.0.text())
    }

    fn is_json(&self) -> bool {
        self.0.data_type() == DataType::Json && !self.0.is_null()
    }
}

fn no_json(error: serde_json::Error) -> RowError {
    RowError::new(error.to_string())
}

macro_rules! by_value {
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        fn $method<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
            visitor.$visit(<$type>::from_value(self.0)?)
        }
    )*};
}

macro_rules! as_text {
    ($($method:ident)*) => {$(
        fn $method<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
            self.text(visitor)
        }
    )*};
}

impl<'r> Deserializer<'r> for Text<'r> {
    type Error = RowError;

    fn deserialize_any<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        match self.0.data_type() {
            _ if self.0.is_null() => visitor.visit_unit(),
            DataType::Double => self.deserialize_f64(visitor),
            DataType::Long => self.deserialize_i64(visitor),
            DataType::UnsignedLong => self.deserialize_u64(visitor),
            DataType::Boolean => self.deserialize_bool(visitor),
            DataType::Json => self.json().deserialize_any(visitor).map_err(no_json),
            DataType::String
            | DataType::Untyped
            | DataType::Time
            | DataType::Ticks(_)
            | DataType::Duration
            | DataType::Binary => self.text(visitor),
        }
    }

    by_value! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64,
        deserialize_bytes visit_byte_buf Vec<u8>,
        deserialize_byte_buf visit_byte_buf Vec<u8>,
    }

    as_text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(RowError::unfit(self.0, "null")) }
    }

    fn deserialize_unit_struct<T: Visitor<'r>>(
        self,
        _: &'static str,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<T: Visitor<'r>>(
        self,
        _: &'static str,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        if self.0.data_type() == DataType::Binary {
            return visitor.visit_seq(SeqDeserializer::new(Vec::from_value(self.0)?.into_iter()));
        }
        if self.is_json() {
            return self.json().deserialize_seq(visitor).map_err(no_json);
        }
        Err(RowError::unfit(self.0, "a list"))
    }

    fn deserialize_tuple<T: Visitor<'r>>(self, _: usize, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<T: Visitor<'r>>(
        self,
        _: &'static str,
        _: usize,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        if self.is_json() {
            return self.json().deserialize_map(visitor).map_err(no_json);
        }
        Err(RowError::unfit(self.0, "an object"))
    }

    fn deserialize_struct<T: Visitor<'r>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, RowError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<T: Visitor<'r>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, RowError> {
        if self.is_json() {
            return self.json().deserialize_enum(name, variants, visitor).map_err(no_json);
        }
        visitor.visit_enum(BorrowedStrDeserializer::new(<&str>::from_value(self.0)?))
    }

    fn deserialize_ignored_any<T: Visitor<'r>>(self, visitor: T) -> Result<T::Value, RowError> {
        visitor.visit_unit()
    }
}

//! Rows and records into any type of serde: by the names of columns, or by their places.

mod cell;
mod value;

use std::fmt::Display;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{Column, DataType, Record, Row, RowError};

impl<'r> Row<'r> {
    /// The row as a type of serde, which may borrow from it.
    ///
    /// A struct or a map takes the columns by name, of columns of one name the second as `name_1`; a tuple or a list takes
    /// them by place. Numbers are read by the rules of [`FromValue`](super::FromValue), enums by the names of their
    /// variants, times and durations as text, as which the types of chrono, jiff and [`Epoch`](crate::Epoch) read them.
    ///
    /// # Errors
    ///
    /// A value does not fit, a column is missing.
    pub fn deserialize<T: Deserialize<'r>>(self) -> Result<T, RowError> {
        let column = |place| Some((self.header().unique_name(place), cell::Text(self.cell(place)?)));
        T::deserialize(Columns((0..self.columns().len()).filter_map(column)))
    }
}

impl Record {
    /// The record as a type of serde, which may borrow from it: by the rules of [`Row::deserialize`].
    ///
    /// # Errors
    ///
    /// A value does not fit, a column is missing.
    pub fn deserialize<'r, T: Deserialize<'r>>(&'r self) -> Result<T, RowError> {
        let typed = |(column, (name, value)): (&Column, _)| {
            // where null may be an empty text, as in CSV
            let may_be_text = matches!(column.data_type, DataType::String | DataType::Untyped);
            (name, value::Typed { value, may_be_text })
        };
        T::deserialize(Columns(self.columns().iter().zip(self.entries()).map(typed)))
    }
}

impl Error for RowError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

/// The columns with their names.
struct Columns<I>(I);

impl<'de, I, C> Deserializer<'de> for Columns<I>
where
    I: Iterator<Item = (&'de str, C)>,
    C: Deserializer<'de, Error = RowError>,
{
    type Error = RowError;

    fn deserialize_any<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        visitor.visit_map(Rest { columns: self.0, value: None })
    }

    fn deserialize_seq<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        let mut rest = Rest { columns: self.0, value: None };
        let value = visitor.visit_seq(&mut rest)?;
        match rest.columns.count() {
            0 => Ok(value),
            more => Err(RowError::new(format!("the row has more columns than are read, by {more}"))),
        }
    }

    fn deserialize_tuple<T: Visitor<'de>>(self, _: usize, visitor: T) -> Result<T::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<T: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<T: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: T,
    ) -> Result<T::Value, RowError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, RowError> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct map struct
        enum identifier ignored_any
    }
}

/// The columns that are not read yet.
struct Rest<'de, I, V> {
    columns: I,
    /// Behind the name that was read last.
    value: Option<(&'de str, V)>,
}

impl<'de, I, V> MapAccess<'de> for Rest<'de, I, V>
where
    I: Iterator<Item = (&'de str, V)>,
    V: Deserializer<'de, Error = RowError>,
{
    type Error = RowError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, RowError> {
        let Some((name, value)) = self.columns.next() else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, RowError> {
        let (name, value) = self.value.take().ok_or_else(|| RowError::new("a value without a name"))?;
        seed.deserialize(value).map_err(|error| error.in_column(name))
    }
}

impl<'de, I, V> SeqAccess<'de> for &mut Rest<'de, I, V>
where
    I: Iterator<Item = (&'de str, V)>,
    V: Deserializer<'de, Error = RowError>,
{
    type Error = RowError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, RowError> {
        let Some((name, value)) = self.columns.next() else { return Ok(None) };
        seed.deserialize(value).map(Some).map_err(|error| error.in_column(name))
    }
}

#[cfg(test)]
mod tests;

//! A row that owns what it holds.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use super::{Column, Header, Row, RowError, Value};
use crate::line::Epoch;

/// A row of an answer that owns what it holds.
///
/// A value is had by the name of its column, `record["host"]`, which is [`Value::Null`] where there is none, or by its
/// place in [`values`](Self::values), where names stand twice. Serialised, and by [`Display`](fmt::Display), it is an
/// object; of columns of one name the second is `name_1` there, so that no value is lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    header: Arc<Header>,
    values: Vec<Value>,
}

impl Record {
    /// # Errors
    ///
    /// A value is not of its column's type.
    pub(super) fn of(row: Row<'_>) -> Result<Self, RowError> {
        // as many as there are at once: collecting results would grow it step by step
        let mut values = Vec::with_capacity(row.columns().len());
        for (place, column) in row.columns().iter().enumerate() {
            values.push(match row.cell(place) {
                Some(cell) => Value::of(cell).map_err(|error| error.in_column(&column.name))?,
                None => Value::Null,
            });
        }
        Ok(Self { header: Arc::clone(row.header()), values })
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.header.columns
    }

    /// The columns, shared by all records of the table.
    #[must_use]
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }

    /// The values, in the order of the columns.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values, in the order of the columns.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The first value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.header.position(name)?)
    }

    /// Names and values, in the order of the columns; names may stand twice.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.columns().iter().map(|column| column.name.as_str()).zip(&self.values)
    }

    /// The same, with names that stand once.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().enumerate().map(|(place, value)| (self.header.unique_name(place), value))
    }

    /// The time: `_time` of Flux, else `time`.
    #[must_use]
    pub fn time(&self) -> Option<Epoch> {
        self.either(["_time", "time"])?.as_time()
    }

    /// Where the range of a Flux query begins: `_start`.
    #[must_use]
    pub fn start(&self) -> Option<Epoch> {
        self.get("_start")?.as_time()
    }

    /// Where the range of a Flux query ends: `_stop`.
    #[must_use]
    pub fn stop(&self) -> Option<Epoch> {
        self.get("_stop")?.as_time()
    }

    /// The value of the field: `_value` of Flux.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.get("_value")
    }

    /// The name of the field: `_field` of Flux.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.get("_field")?.as_str()
    }

    /// The measurement: `_measurement` of Flux, else `iox::measurement`.
    #[must_use]
    pub fn measurement(&self) -> Option<&str> {
        self.either(["_measurement", "iox::measurement"])?.as_str()
    }

    /// The number of its table in the answer: `table` of Flux.
    #[must_use]
    pub fn table(&self) -> Option<i64> {
        self.get("table")?.as_i64()
    }

    /// The name of the result that its table is part of: `result` of Flux.
    #[must_use]
    pub fn result(&self) -> Option<&str> {
        self.get("result")?.as_str()
    }

    fn either(&self, names: [&str; 2]) -> Option<&Value> {
        names.into_iter().find_map(|name| self.get(name))
    }

    /// The record as an object, which sorts its names.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.entries().map(|(name, value)| (name, serde_json::Value::from(value.clone()))).collect()
    }
}

/// The first value of this name; null if there is none.
impl Index<&str> for Record {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        self.get(name).unwrap_or(NULL)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries())
    }
}

/// Prints it as JSON, in the order of the columns.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::DataType::{Double, Long, String as Text, Time};
    use crate::query::fixture::Fixture;

    #[test]
    fn the_columns_of_flux_have_accessors() {
        let row = Fixture::new(&[
            ("result", Text, "_result"),
            ("table", Long, "3"),
            ("_start", Time, "1970-01-01T00:00:00Z"),
            ("_stop", Time, "1970-01-01T00:00:10Z"),
            ("_time", Time, "1970-01-01T00:00:05Z"),
            ("_measurement", Text, "cpu"),
            ("_field", Text, "usage"),
            ("_value", Double, "0.5"),
        ]);
        let record = Record::of(row.row()).unwrap();
        assert_eq!((record.result(), record.table()), (Some("_result"), Some(3)));
        assert_eq!((record.measurement(), record.field()), (Some("cpu"), Some("usage")));
        assert_eq!(record.start(), Some(Epoch::from_parts(0, 0)));
        assert_eq!(record.stop(), Some(Epoch::from_parts(10, 0)));
        assert_eq!(record.time(), Some(Epoch::from_parts(5, 0)));
        assert_eq!(record.value(), Some(&Value::Double(0.5)));
        assert_eq!(record["_value"], Value::Double(0.5));
        assert_eq!(record["nothing"], Value::Null);
        assert_eq!(record.iter().nth(1), Some(("table", &Value::Long(3))));
    }

    #[test]
    fn columns_of_one_name_are_all_had() {
        let row = Fixture::new(&[("a", Long, "1"), ("a", Long, "2"), ("a_1", Long, "3"), ("a", Text, "")]);
        let record = Record::of(row.row()).unwrap();
        assert_eq!(record["a"], Value::Long(1));
        assert_eq!(record.values(), [Value::Long(1), Value::Long(2), Value::Long(3), Value::Null]);
        assert_eq!(record.to_string(), r#"{"a":1,"a_2":2,"a_1":3,"a_3":null}"#);
        assert_eq!(record.to_json(), serde_json::json!({"a": 1, "a_1": 3, "a_2": 2, "a_3": null}));
    }

    #[test]
    fn a_value_that_is_not_of_its_type_is_an_error_with_its_column() {
        let row = Fixture::new(&[("a", Long, "x")]);
        let error = Record::of(row.row()).unwrap_err();
        assert_eq!(error.to_string(), "column \"a\": \"x\" of type long is not an integer of 64 bits");
    }
}

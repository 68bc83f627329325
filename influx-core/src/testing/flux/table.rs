//! Tables, and what is done with them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::node::{Failure, Value};
use crate::testing::csv::{self, Column};
use crate::testing::store::{Bucket, StoredValue};
use crate::testing::time::rfc3339;

/// Rows with the same columns. Those of the group key have the same value in each.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// The labels of a group key with their values as text.
type Key = Vec<(String, String)>;

pub(super) const TEXT: &str = "string";
pub(super) const INTEGER: &str = "long";
const TIME: &str = "dateTime:RFC3339"; // with as many digits as it needs, whatever the name says

/// The points of a bucket from `start` to before `stop`: a table for each field of each series.
pub(super) fn stored(bucket: &Bucket, start: i64, stop: i64) -> Vec<Table> {
    let mut tables = Vec::new();
    for (measurement, tags, points) in bucket.series() {
        let fields: BTreeSet<_> = points.range(start..stop).flat_map(|(_, fields)| fields.keys()).collect();
        for field in fields {
            let text = |text: &String| Value::Text(text.clone());
            let values =
                points.range(start..stop).filter_map(|(time, fields)| Some((*time, fields.get(field)?)));
            let values: Vec<_> = values.collect();
            let datatype = values.first().map_or(TEXT, |(_, value)| datatype(value));
            let rows = values.into_iter().map(|(time, stored)| {
                let own = [Value::Time(start), Value::Time(stop), Value::Time(time), stored.into()];
                let names = [text(field), Value::Text(measurement.to_owned())];
                own.into_iter().chain(names).chain(tags.values().map(text)).collect()
            });
            let rows = rows.collect();
            let mut columns = vec![
                Column::new("_start", TIME, true),
                Column::new("_stop", TIME, true),
                Column::new("_time", TIME, false),
                Column::new("_value", datatype, false),
                Column::new("_field", TEXT, true),
                Column::new("_measurement", TEXT, true),
            ];
            columns.extend(tags.keys().map(|tag| Column::new(tag, TEXT, true)));
            tables.push(Table { columns, rows });
        }
    }
    tables
}

/// The type of a stored value in the words of annotated CSV.
fn datatype(stored: &StoredValue) -> &'static str {
    match stored {
        StoredValue::Float(_) => "double",
        StoredValue::Integer(_) => INTEGER,
        StoredValue::Unsigned(_) => "unsignedLong",
        StoredValue::Boolean(_) => "boolean",
        StoredValue::String(_) => TEXT,
    }
}

impl From<&StoredValue> for Value {
    fn from(stored: &StoredValue) -> Self {
        match stored {
            StoredValue::Float(value) => Self::Float(*value),
            StoredValue::Integer(value) => Self::Integer(*value),
            StoredValue::Unsigned(value) => Self::Unsigned(*value),
            StoredValue::Boolean(value) => Self::Boolean(*value),
            StoredValue::String(value) => Self::Text(value.clone()),
        }
    }
}

impl Table {
    pub(super) fn column(&self, label: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.label == label)
    }

    /// The value of a row; null if there is no such column.
    pub(super) fn get(&self, row: &[Value], label: &str) -> Value {
        self.column(label).and_then(|at| row.get(at)).cloned().unwrap_or(Value::Null)
    }

    pub(super) fn sort(&mut self, by: &[String], descending: bool) {
        let by: Vec<_> = by.iter().filter_map(|label| self.column(label)).collect();
        self.rows.sort_by(|one, other| {
            let order = by.iter().map(|at| compare(&one[*at], &other[*at])).find(|order| order.is_ne());
            let order = order.unwrap_or(Ordering::Equal);
            if descending { order.reverse() } else { order }
        });
    }

    /// Leaves only the columns that `keep` names.
    pub(super) fn keep(&mut self, keep: impl Fn(&str) -> bool) {
        let kept: Vec<_> = self.columns.iter().map(|column| keep(&column.label)).collect();
        let filter = |at: usize| kept.get(at).copied().unwrap_or(false);
        let columns = std::mem::take(&mut self.columns).into_iter().enumerate();
        self.columns = columns.filter(|(at, _)| filter(*at)).map(|(_, column)| column).collect();
        for row in &mut self.rows {
            let values = std::mem::take(row).into_iter().enumerate();
            *row = values.filter(|(at, _)| filter(*at)).map(|(_, value)| value).collect();
        }
    }

    /// The group key; a table without rows has no values in it.
    fn key(&self) -> Key {
        let columns = self.columns.iter().enumerate().filter(|(_, column)| column.group);
        let value = |at: usize| self.rows.first().and_then(|row| row.get(at)).map(text).unwrap_or_default();
        columns.map(|(at, column)| (column.label.clone(), value(at))).collect()
    }

    /// Adds the rows of a table with the same group key, and its columns, if they are others.
    fn append(&mut self, other: Self) -> Result<(), Failure> {
        for column in &other.columns {
            match self.column(&column.label).map(|at| self.columns[at].datatype) {
                Some(datatype) if datatype == column.datatype => {}
                Some(datatype) => {
                    let (label, other) = (&column.label, column.datatype);
                    let what = format!(
                        "schema collision detected: column {label:?} is both of type {other} and {datatype}"
                    );
                    return Err(Failure::new(None, what));
                }
                None => {
                    self.columns.push(column.clone());
                    self.rows.iter_mut().for_each(|row| row.push(Value::Null));
                }
            }
        }
        let rows = other
            .rows
            .iter()
            .map(|row| self.columns.iter().map(|column| other.get(row, &column.label)).collect::<Vec<_>>());
        self.rows.extend(rows);
        Ok(())
    }

    pub(super) fn written(self) -> csv::Table {
        let rows = self.rows.iter().map(|row| row.iter().map(text).collect());
        csv::Table { columns: self.columns, rows: rows.collect() }
    }
}

/// Puts the tables together that have the same group key.
pub(super) fn merged(tables: Vec<Table>) -> Result<Vec<Table>, Failure> {
    let merged = grouped(tables, Table::key).map(|group| {
        let mut tables = group.into_iter();
        let mut first = tables.next().unwrap_or_default();
        tables.try_for_each(|table| first.append(table))?;
        Ok(first)
    });
    merged.collect()
}

/// Makes a column of each field, and a row of each time.
pub(super) fn pivoted(tables: Vec<Table>) -> Result<Vec<Table>, Failure> {
    let needed = ["_time", "_field", "_value"];
    if tables.iter().any(|table| needed.iter().any(|label| table.column(label).is_none())) {
        return Err(Failure::new(None, "pivot needs the columns _time, _field and _value"));
    }
    let key = |table: &Table| {
        let mut key = table.key();
        key.retain(|(label, _)| !needed.contains(&label.as_str()));
        key
    };
    grouped(tables, key).map(|group| pivoted_group(&group)).collect()
}

/// The tables of each key, in the order of the keys.
fn grouped(tables: Vec<Table>, key: impl Fn(&Table) -> Key) -> impl Iterator<Item = Vec<Table>> {
    let mut groups: BTreeMap<Key, Vec<Table>> = BTreeMap::new();
    for table in tables {
        groups.entry(key(&table)).or_default().push(table);
    }
    groups.into_values()
}

fn pivoted_group(tables: &[Table]) -> Result<Table, Failure> {
    let mut fields: Vec<Column> = Vec::new();
    let mut rows: BTreeMap<i64, (Vec<Value>, BTreeMap<String, Value>)> = BTreeMap::new();
    let mut base = Table::default();
    for table in tables {
        for row in &table.rows {
            let (Value::Time(time), Value::Text(field)) = (table.get(row, "_time"), table.get(row, "_field"))
            else {
                continue;
            };
            let datatype = table.column("_value").map_or(TEXT, |at| table.columns[at].datatype);
            match fields.iter().find(|column| column.label == field) {
                None => fields.push(Column::new(&field, datatype, false)),
                Some(column) if column.datatype == datatype => {}
                Some(column) => {
                    let what = format!("field {field:?} is both of type {datatype} and {}", column.datatype);
                    return Err(Failure::new(None, what));
                }
            }
            let place = rows.entry(time).or_insert_with(|| (row.clone(), BTreeMap::new()));
            place.1.insert(field, table.get(row, "_value"));
        }
        base.columns.clone_from(&table.columns);
    }
    for (row, values) in rows.into_values() {
        let values = fields.iter().map(|field| values.get(&field.label).cloned().unwrap_or(Value::Null));
        base.rows.push(row.into_iter().chain(values).collect());
    }
    base.columns.extend(fields);
    base.keep(|label| label != "_field" && label != "_value");
    Ok(base)
}

/// The order of values of one type, and of numbers of any; others are equal, and null comes first.
pub(super) fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) | (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Unsigned(a), Value::Unsigned(b)) => a.cmp(b),
        (Value::Integer(a), Value::Unsigned(b)) => i128::from(*a).cmp(&i128::from(*b)),
        (Value::Unsigned(a), Value::Integer(b)) => i128::from(*a).cmp(&i128::from(*b)),
        _ => match (number(one), number(other)) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal), // NaN is never stored
            _ => Ordering::Equal,
        },
    }
}

/// A number of any type.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        Value::Integer(value) => Some(*value as f64),
        Value::Unsigned(value) => Some(*value as f64),
        _ => None,
    }
}

/// A value as annotated CSV has it.
fn text(value: &Value) -> String {
    match value {
        Value::Null | Value::Span(_) => String::new(),
        Value::Text(text) => text.clone(),
        Value::Integer(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Time(nanos) => rfc3339(*nanos),
    }
}

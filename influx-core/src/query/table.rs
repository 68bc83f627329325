//! The tables of an answer, with all of their records.

use std::ops::Deref;
use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use super::{Column, Header, Record, Value};

/// Records with the same columns, of one table of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    header: Arc<Header>,
    records: Vec<Record>,
}

impl Table {
    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.header.columns
    }

    /// The columns of the group key, in which all records have the same value.
    pub fn group_key(&self) -> impl Iterator<Item = &Column> {
        self.header.group_key()
    }

    /// The records; there is at least one.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The records; there is at least one.
    #[must_use]
    pub fn into_records(self) -> Vec<Record> {
        self.records
    }

    /// Whether the record goes on with this table.
    fn takes(&self, record: &Record) -> bool {
        let same = |first: &Record| first.table() == record.table() && first.result() == record.result();
        let header = record.header();
        (Arc::ptr_eq(&self.header, header) || self.header == *header)
            && self.records.first().is_some_and(same)
    }
}

/// The tables of an answer, in its order: a list, into which records are collected.
///
/// Serialised, it is a list of all records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tables(Vec<Table>);

impl Tables {
    /// Adds a record: to the last table if that has the same result, number and columns, else as the first of another.
    pub fn push(&mut self, record: Record) {
        match self.0.last_mut() {
            Some(table) if table.takes(&record) => table.records.push(record),
            _ => self.0.push(Table { header: Arc::clone(record.header()), records: vec![record] }),
        }
    }

    /// All records of all tables.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.iter().flat_map(Table::records)
    }

    /// The values of all records, of these columns in this order: null where a record has none. No columns stand for all
    /// that a record has.
    #[must_use]
    pub fn to_values(&self, columns: &[&str]) -> Vec<Vec<Value>> {
        let values = |record: &Record| match columns {
            [] => record.values().to_vec(),
            _ => columns.iter().map(|name| record[*name].clone()).collect(),
        };
        self.records().map(values).collect()
    }

    /// All records as a list of objects; `{}` prints it in one line, `{:#}` indented.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.records().map(Record::to_json).collect()
    }
}

impl Deref for Tables {
    type Target = [Table];

    fn deref(&self) -> &[Table] {
        &self.0
    }
}

impl IntoIterator for Tables {
    type Item = Table;
    type IntoIter = std::vec::IntoIter<Table>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Tables {
    type Item = &'a Table;
    type IntoIter = std::slice::Iter<'a, Table>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Extend<Record> for Tables {
    fn extend<I: IntoIterator<Item = Record>>(&mut self, records: I) {
        records.into_iter().for_each(|record| self.push(record));
    }
}

impl FromIterator<Record> for Tables {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        let mut tables = Self::default();
        tables.extend(records);
        tables
    }
}

impl Serialize for Tables {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.records())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::DataType::{Double, Long, String as Text};
    use crate::query::fixture::Fixture;

    fn record(result: &str, table: &str, host: &str, value: (crate::query::DataType, &str)) -> Record {
        let row = Fixture::new(&[
            ("result", Text, result),
            ("table", Long, table),
            ("host", Text, host),
            ("_value", value.0, value.1),
        ]);
        Record::of(row.row()).unwrap()
    }

    #[test]
    fn records_are_grouped_by_result_table_and_columns() {
        let tables: Tables = [
            record("a", "0", "x", (Double, "1")),
            record("a", "0", "x", (Double, "2")),
            record("a", "1", "y", (Double, "3")),
            record("a", "1", "y", (Long, "4")),
            record("b", "1", "y", (Long, "5")),
        ]
        .into_iter()
        .collect();
        let lens: Vec<_> = tables.iter().map(|table| table.records().len()).collect();
        assert_eq!(lens, [2, 1, 1, 1]);
        assert_eq!(tables[0].columns().len(), 4);
        assert_eq!(tables[0].group_key().count(), 0);
        assert_eq!(
            tables.to_values(&["_value", "nothing"])[..2],
            [[Value::Double(1.0), Value::Null], [Value::Double(2.0), Value::Null]]
        );
        assert_eq!(tables.to_values(&[])[4].len(), 4);
        assert_eq!(
            tables.to_json()[0],
            serde_json::json!({"result": "a", "table": 0, "host": "x", "_value": 1.0})
        );
        assert_eq!(serde_json::to_value(&tables).unwrap(), tables.to_json());
        assert_eq!(tables.into_iter().flat_map(Table::into_records).count(), 5);
    }

    #[test]
    fn an_answer_without_rows_has_no_tables() {
        let tables = Tables::default();
        assert!(tables.is_empty());
        assert_eq!(tables.to_json().to_string(), "[]");
    }
}

//! The fields of a record, which stand in rows of their own, brought together.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use crate::query::{Cell, Column, DataType, Header, Row};

/// All rows so far, a record for each.
///
/// Rows are of one record if all columns but the field, its value and the number of the table are equal: as Flux's own
/// `pivot()` does it by the group key and the time, and safe also where tags are no longer part of the group key.
#[derive(Debug, Default)]
pub(super) struct Merge {
    /// What records differ by.
    keys: Vec<Column>,
    fields: Vec<Field>,
    records: Vec<Record>,
    /// The last record of each key.
    places: HashMap<String, usize>,
    /// All values of all records.
    text: String,
    out: Option<Out>,
}

#[derive(Debug)]
struct Field {
    column: Column,
    /// Tables do not agree on its type.
    mixed: bool,
}

#[derive(Debug)]
struct Record {
    /// The number of its first row.
    number: u64,
    keys: Vec<Stored>,
    fields: Vec<Stored>,
}

/// A value: its column, its place in the text, its type.
type Stored = (usize, Range<usize>, DataType);

/// How the columns of a table are those of the records.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) field: usize,
    value: usize,
    /// In the order of the records' columns: which of them, and the place in the table.
    keys: Vec<(usize, usize)>,
}

/// The record that is read.
#[derive(Debug)]
struct Out {
    header: Arc<Header>,
    mixed: bool,
    next: usize,
    number: u64,
    text: String,
    ends: Vec<usize>,
    types: Vec<Option<DataType>>,
}

impl Merge {
    /// The columns of a table, of which new ones are added to those of the records.
    pub(super) fn table(&mut self, header: &Header, field: usize, value: usize) -> Table {
        let mut keys: Vec<(usize, usize)> = Vec::new();
        for (place, column) in header.columns.iter().enumerate() {
            if place == field || place == value || column.name == "table" {
                continue;
            }
            let mut known = self.keys.iter().enumerate().filter(|(_, key)| key.name == column.name);
            let key = known.find(|(key, _)| keys.iter().all(|(taken, _)| taken != key)).map(|(key, _)| key);
            keys.push((key.unwrap_or(self.keys.len()), place));
            if key.is_none() {
                // a default is a value of its own table, and none of records without this column
                self.keys.push(Column { default: String::new(), ..column.clone() });
            }
        }
        keys.sort_unstable();
        Table { field, value, keys }
    }

    /// Adds a row, to its record or as the first of one. A field that the record has already begins another one, so that
    /// no value is lost.
    pub(super) fn add(&mut self, table: &Table, row: Row<'_>) {
        let (Some(name), Some(value)) = (row.cell(table.field), row.cell(table.value)) else { return };
        let cells = || {
            let cell = |(key, place): &(usize, usize)| Some((*key, row.cell(*place)?));
            table.keys.iter().filter_map(cell).filter(|(_, cell)| !cell.is_null())
        };
        let mut key = String::new();
        for (column, cell) in cells() {
            // writing to a String does not fail
            let _ = write!(key, "{column}:{}:{}", cell.text().len(), cell.text());
        }
        let field = self.field(name.text(), value.data_type());
        let is_free = |place: &usize| self.records[*place].fields.iter().all(|(taken, ..)| *taken != field);
        let place = self.places.get(&key).copied().filter(is_free).unwrap_or_else(|| {
            let keys = cells().map(|(column, cell)| store(&mut self.text, column, cell)).collect();
            self.records.push(Record { number: row.number(), keys, fields: Vec::new() });
            let place = self.records.len() - 1;
            self.places.insert(key, place);
            place
        });
        if !value.is_null() {
            let value = store(&mut self.text, field, value);
            self.records[place].fields.push(value);
        }
    }

    fn field(&mut self, name: &str, data_type: DataType) -> usize {
        let known = self.fields.iter().position(|field| field.column.name == name);
        let place = known.unwrap_or_else(|| {
            self.fields.push(Field { column: Column::new(name, data_type), mixed: false });
            self.fields.len() - 1
        });
        self.fields[place].mixed |= self.fields[place].column.data_type != data_type;
        place
    }

    /// Goes to the next record; `false` after the last.
    pub(super) fn next(&mut self) -> bool {
        let out = self.out.get_or_insert_with(|| Out {
            header: Arc::new(Header::new(
                self.keys.iter().chain(self.fields.iter().map(|field| &field.column)).cloned().collect(),
            )),
            mixed: self.fields.iter().any(|field| field.mixed),
            next: 0,
            number: 0,
            text: String::new(),
            ends: Vec::new(),
            types: Vec::new(),
        });
        let Some(record) = self.records.get(out.next) else { return false };
        out.next += 1;
        out.number = record.number;
        out.text.clear();
        out.ends.clear();
        out.types.clear();
        for (values, count) in [(&record.keys, self.keys.len()), (&record.fields, self.fields.len())] {
            for column in 0..count {
                let value = values.iter().find(|(of, ..)| *of == column);
                if let Some((_, place, _)) = value {
                    out.text.push_str(&self.text[place.clone()]);
                }
                out.ends.push(out.text.len());
                // Without types of their own, values have those of the columns, and an empty text may be null or not.
                if out.mixed {
                    out.types.push(value.map(|(.., data_type)| *data_type));
                }
            }
        }
        true
    }

    /// The record that [`next`](Self::next) went to.
    pub(super) fn row(&self) -> Option<Row<'_>> {
        let out = self.out.as_ref()?;
        Some(Row::new(&out.header, &out.text, &out.ends, &out.types, out.number).of_csv())
    }
}

fn store(text: &mut String, column: usize, cell: Cell<'_>) -> Stored {
    let start = text.len();
    text.push_str(cell.text());
    (column, start..text.len(), cell.data_type())
}

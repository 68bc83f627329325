//! Rows for the tests beside the code, without an answer that they come from.

use std::sync::Arc;

use super::wanted::Plan;
use super::{Column, DataType, FromRow, Header, Row, RowReader, Wanted};

/// A row of columns with their types and texts; nulls are empty texts, as in CSV.
pub(super) struct Fixture {
    header: Arc<Header>,
    text: String,
    ends: Vec<usize>,
}

impl Fixture {
    pub(super) fn new(columns: &[(&str, DataType, &str)]) -> Self {
        let header = columns.iter().map(|(name, data_type, _)| Column::new(*name, *data_type)).collect();
        let mut row = Self { header: Arc::new(Header::new(header)), text: String::new(), ends: Vec::new() };
        for (.., text) in columns {
            row.text.push_str(text);
            row.ends.push(row.text.len());
        }
        row
    }

    /// Of columns without types.
    pub(super) fn untyped(columns: &[(&str, &str)]) -> Self {
        let columns: Vec<_> = columns.iter().map(|(name, text)| (*name, DataType::Untyped, *text)).collect();
        Self::new(&columns)
    }

    pub(super) fn row(&self) -> Row<'_> {
        Row::new(&self.header, &self.text, &self.ends, &[], 1)
    }
}

/// The row as a type, or why not.
pub(super) fn read<'r, T: FromRow<'r>>(row: Row<'r>) -> Result<T, String> {
    let mut wanted = Wanted::default();
    T::columns(&mut wanted);
    let plan = Plan::new(&wanted, row.header());
    T::from_row(&mut RowReader::new(row, &plan)).map_err(|error| error.to_string())
}

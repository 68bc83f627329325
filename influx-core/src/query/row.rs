//! A row as it stands in the answer: text and types, nothing copied.

use std::sync::Arc;

use super::{Column, DataType, Header};

/// A row of an answer, as long as the next one is not asked for.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    header: &'r Arc<Header>,
    /// The values in order.
    text: &'r str,
    /// Where the first value begins.
    start: usize,
    /// Where each value ends.
    ends: &'r [usize],
    /// How many bytes are between two values.
    gap: usize,
    /// What each value is, where columns have no types; `None` is null. Else empty.
    types: &'r [Option<DataType>],
    /// What such a null is.
    null: Null,
    number: u64,
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'r> {
    text: &'r str,
    data_type: DataType,
    null: Null,
}

/// Whether a value is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Null {
    No,
    /// It is empty, which may be an empty string.
    Empty,
    /// The answer says so.
    Told,
}

impl<'r> Row<'r> {
    /// A row whose values stand directly behind each other.
    pub(super) fn new(
        header: &'r Arc<Header>,
        text: &'r str,
        ends: &'r [usize],
        types: &'r [Option<DataType>],
        number: u64,
    ) -> Self {
        Self { header, text, start: 0, ends, gap: 0, types, null: Null::Told, number }
    }

    /// A row of which the first value begins at `start`, with one byte between two values, and types by the columns.
    #[inline]
    pub(super) fn separated(
        header: &'r Arc<Header>,
        text: &'r str,
        ends: &'r [usize],
        start: usize,
        number: u64,
    ) -> Self {
        Self { header, text, start, ends, gap: 1, types: &[], null: Null::Empty, number }
    }

    /// The same values, of which the nulls are those of CSV, which may be empty texts.
    pub(super) fn of_csv(self) -> Self {
        Self { null: Null::Empty, ..self }
    }

    /// The same values under other names.
    pub(super) fn with_header(self, header: &'r Arc<Header>) -> Self {
        Self { header, ..self }
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &'r [Column] {
        &self.header.columns
    }

    /// Its columns, shared by all rows of the table.
    #[must_use]
    pub fn header(&self) -> &'r Arc<Header> {
        self.header
    }

    /// Its number in the answer, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many values it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The value at a place, with the column's default for an empty one; `None` behind the last.
    #[inline]
    #[must_use]
    pub fn cell(&self, place: usize) -> Option<Cell<'r>> {
        let end = *self.ends.get(place)?;
        let start = if place == 0 { self.start } else { self.ends[place - 1] + self.gap };
        let text = self.text.get(start..end)?;
        let Some(column) = self.header.columns.get(place) else {
            return Some(Cell { text, data_type: DataType::Untyped, null: Null::of(text) });
        };
        let text = if text.is_empty() { &column.default } else { text };
        Some(match self.types.get(place) {
            None => Cell { text, data_type: column.data_type, null: Null::of(text) },
            Some(Some(data_type)) => Cell { text, data_type: *data_type, null: Null::No },
            Some(None) => Cell { text: "", data_type: column.data_type, null: self.null },
        })
    }

    /// The first value of a column of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cell<'r>> {
        self.cell(self.header.position(name)?)
    }
}

impl<'r> Cell<'r> {
    /// A value.
    #[must_use]
    pub fn new(text: &'r str, data_type: DataType) -> Self {
        Self { text, data_type, null: Null::No }
    }

    /// Its text as the answer has it, without the quotes and escapes of CSV or JSON; empty if it is null.
    #[must_use]
    pub fn text(&self) -> &'r str {
        self.text
    }

    /// Its type.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.data_type
    }

    /// Whether it is null. CSV does not tell null from an empty string: there, both are.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.null != Null::No
    }

    /// The same value of another type.
    pub(super) fn of_type(self, data_type: DataType) -> Self {
        Self { data_type, ..self }
    }

    /// Whether it is null only because it is empty, in a column that may hold text.
    pub(super) fn may_be_text(&self) -> bool {
        self.null == Null::Empty && matches!(self.data_type, DataType::String | DataType::Untyped)
    }
}

impl Null {
    fn of(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::No }
    }
}

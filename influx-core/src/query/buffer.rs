//! A row of JSON in the making, and the one that is complete: buffers that are filled again and again.

use std::sync::Arc;

use super::{DataType, Header, Row, RowError};

/// The longest row that is read, in bytes: what a server answers must not fill the memory.
const LONGEST: usize = 64 << 20;

#[derive(Debug, Default)]
pub(super) struct RowBuffer {
    /// Of the complete row.
    text: String,
    /// Of the row in the making.
    making: Vec<u8>,
    ends: Vec<usize>,
    types: Vec<Option<DataType>>,
    rows: u64,
}

impl RowBuffer {
    /// Begins a row.
    pub(super) fn begin(&mut self) {
        self.making.clear();
        self.ends.clear();
        self.types.clear();
    }

    /// Where the text of the next value goes.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.making
    }

    /// The text of the value that is not ended yet.
    pub(super) fn value(&self) -> &[u8] {
        self.making.get(self.ends.last().copied().unwrap_or_default()..).unwrap_or_default()
    }

    /// Ends a value; `None`: it is null.
    pub(super) fn end(&mut self, data_type: Option<DataType>) {
        self.ends.push(self.making.len());
        self.types.push(data_type);
    }

    /// How many values the row has so far.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Keeps the values of which `kept` says so; the others must be null, which have no text.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        let mut place = kept.iter();
        self.ends.retain(|_| place.next() == Some(&true));
        let mut place = kept.iter();
        self.types.retain(|_| place.next() == Some(&true));
    }

    /// Whether the value at a place is null.
    pub(super) fn is_null(&self, place: usize) -> bool {
        self.types.get(place).is_some_and(Option::is_none)
    }

    /// # Errors
    ///
    /// The row is too long to be read, with so many bytes beside its values.
    pub(super) fn check_len(&self, beside: usize) -> Result<(), RowError> {
        if self.making.len().saturating_add(beside) > LONGEST {
            return Err(RowError::new(format!("it is longer than {LONGEST} bytes")));
        }
        Ok(())
    }

    /// Completes the row.
    ///
    /// # Errors
    ///
    /// Its text is not UTF-8.
    pub(super) fn complete(&mut self) -> Result<(), RowError> {
        let text = String::from_utf8(std::mem::take(&mut self.making))
            .ok()
            // a value that ends in the middle of a character is no text either
            .filter(|text| self.ends.iter().all(|end| text.is_char_boundary(*end)))
            .ok_or_else(|| RowError::new("its text is not UTF-8"))?;
        self.making = std::mem::replace(&mut self.text, text).into_bytes();
        self.rows += 1;
        Ok(())
    }

    /// The number of complete rows.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The complete row.
    pub(super) fn row<'r>(&'r self, header: &'r Arc<Header>) -> Row<'r> {
        Row::new(header, &self.text, &self.ends, &self.types, self.rows)
    }
}

//! Why a row cannot be read.

use std::error::Error as StdError;
use std::fmt;

use super::{Cell, DataType};
use crate::error::shown;

/// Why a row cannot be read: names the column.
///
/// `Display` prints at most 1 KiB, in one line: values may be long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    column: Option<String>,
    message: String,
}

impl RowError {
    /// An error that belongs to no column, or to one that is not known yet.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { column: None, message: message.into() }
    }

    /// The error of a value that is not `what`, such as `a float`.
    #[cold]
    #[must_use]
    pub fn unfit(cell: Cell<'_>, what: &str) -> Self {
        if cell.is_null() {
            return Self::new(format!("it is null, and not {what}: read it into an Option"));
        }
        let of_type = match cell.data_type() {
            DataType::Untyped => String::new(),
            data_type => format!(" of type {data_type}"),
        };
        Self::new(format!("{:?}{of_type} is not {what}", cell.text()))
    }

    /// The same error with what can be done about it.
    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.message.push_str(": ");
        self.message.push_str(hint);
        self
    }

    /// The same error, of this column, unless it knows its own.
    #[must_use]
    pub fn in_column(mut self, name: &str) -> Self {
        self.column.get_or_insert_with(|| name.to_owned());
        self
    }

    /// The column that cannot be read, if it is one.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => shown(&format!("column {column:?}: {}", self.message), f),
            None => shown(&self.message, f),
        }
    }
}

impl StdError for RowError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_not_printed_whole() {
        let text = "x\n".repeat(1 << 20);
        let error = RowError::unfit(Cell::new(&text, DataType::String), "a float").in_column("a");
        let printed = error.to_string();
        assert!(printed.starts_with("column \"a\": \"x\\nx") && printed.len() < 1100, "{}", printed.len());
        assert_eq!(RowError::new("a\nb").to_string(), "a\\nb");
    }
}

//! A row that owns what it holds.

use std::sync::Arc;

use super::{Column, Header, Row, RowError, Value};

/// A row of an answer that owns what it holds.
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
        let value = |place| match row.cell(place) {
            Some(cell) => {
                let name = row.columns().get(place).map_or("", |column| &column.name);
                Value::of(cell).map_err(|error| error.in_column(name))
            }
            None => Ok(Value::Null),
        };
        let values = (0..row.columns().len()).map(value).collect::<Result<_, _>>()?;
        Ok(Self { header: Arc::clone(row.header()), values })
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.header.columns
    }

    /// The values, in the order of the columns.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The first value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.header.position(name)?)
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.values)
    }
}

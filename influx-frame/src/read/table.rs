//! A frame in the making: the rows of one table, or of several that are to become one.

use std::collections::HashMap;

use influx_core::query::{Column, Row, RowError};

use super::cells;
use super::options::Options;
use crate::build::{Built, BuiltColumn, Growing, Stored};

/// The columns so far, and how many rows they have.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: Vec<TableColumn>,
    places: HashMap<String, usize>,
    rows: usize,
    /// How many bytes their texts have.
    texts: usize,
}

#[derive(Debug)]
struct TableColumn {
    name: String,
    group: bool,
    /// Whether its type is said by the caller, and values are read as it.
    said: bool,
    growing: Growing,
}

impl Table {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// About how many bytes they have in memory: those of texts, and eight for each value, as a null has them, too.
    pub(super) fn size(&self) -> usize {
        self.rows.saturating_mul(self.columns.len() * 8).saturating_add(self.texts)
    }

    /// Makes room for the values of a column, and says where they go.
    ///
    /// # Errors
    ///
    /// There is a column of this name whose type is another.
    pub(super) fn column(
        &mut self,
        name: &str,
        column: &Column,
        options: &Options,
    ) -> Result<usize, RowError> {
        let said = options.type_of(name);
        let known = self.places.get(name).and_then(|place| Some((*place, self.columns.get_mut(*place)?)));
        if let Some((place, known)) = known {
            known.group &= column.group;
            if said.is_none() {
                cells::unite(&mut known.growing, column.data_type, options.unit)
                    .map_err(|error| error.in_column(name))?;
            }
            known.growing.pad(self.rows);
            return Ok(place);
        }
        let mut growing = Growing::new(cells::stored(said.unwrap_or(column.data_type), options.unit));
        growing.pad(self.rows);
        let place = self.columns.len();
        self.places.insert(name.to_owned(), place);
        let (name, group) = (name.to_owned(), column.group);
        self.columns.push(TableColumn { name, group, said: said.is_some(), growing });
        Ok(place)
    }

    /// Adds a row, whose values go to these columns.
    ///
    /// # Errors
    ///
    /// A value cannot be read, or does not go together with those before it. The table is of no use then.
    #[inline]
    pub(super) fn push(
        &mut self,
        row: Row<'_>,
        places: &[Option<usize>],
        options: &Options,
    ) -> Result<(), RowError> {
        for (at, place) in places.iter().enumerate() {
            let Some(column) = place.and_then(|place| self.columns.get_mut(place)) else { continue };
            let Some(cell) = row.cell(at) else {
                column.growing.push_null();
                continue;
            };
            if let Stored::Text(_) | Stored::Binary(_) = column.growing.values {
                self.texts += cell.text().len();
            }
            let pushed = if column.said {
                cells::push_as(&mut column.growing, cell, options.unit)
            } else {
                cells::push(&mut column.growing, cell, options.unit)
            };
            pushed.map_err(|error| error.in_column(&column.name))?;
        }
        self.rows += 1;
        Ok(())
    }

    /// The rows so far; the table goes on without them.
    pub(super) fn take(&mut self) -> Built {
        let rows = std::mem::take(&mut self.rows);
        self.texts = 0;
        let columns = self.columns.iter_mut().map(|column| {
            column.growing.pad(rows);
            let (values, valid) = column.growing.take();
            BuiltColumn { name: column.name.clone(), group: column.group, values, valid }
        });
        Built { columns: columns.collect(), rows }
    }
}

//! From rows to the frames that they are part of.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use influx_core::query::{DataType, Header, Row, RowError};

use super::options::{Concat, Options};
use super::table::Table;
use crate::build::Built;

/// A batch is full with so many bytes, however few its rows are: it must neither fill the memory nor have more than a
/// column of Arrow holds.
const FULL: usize = 64 << 20;

/// Brings rows together to frames: all at the end, or batch by batch.
#[derive(Debug)]
pub(super) struct Gather {
    options: Options,
    /// How many rows a batch has at most; `None`: all tables are kept to the end.
    batch: Option<usize>,
    tables: Vec<Table>,
    /// The tables by their schema, where that decides.
    schemas: HashMap<Schema, usize>,
    way: Option<Way>,
    /// Batches that are complete.
    ready: VecDeque<Built>,
}

/// Names, types, and whether they are part of the group key.
type Schema = Vec<(String, DataType, bool)>;

/// Where the rows of a header go.
#[derive(Debug)]
struct Way {
    header: Arc<Header>,
    /// The table.
    table: usize,
    /// The column of each value; `None`: it is dropped.
    places: Vec<Option<usize>>,
    /// Where the columns stand that tell a table of Flux from the next, and what they say.
    numbers: Vec<(usize, String)>,
}

impl Gather {
    /// `one_table` says that the answer tells no tables apart.
    pub(super) fn new(mut options: Options, one_table: bool, batch: Option<usize>) -> Self {
        if one_table {
            options.concat = Concat::Union;
        }
        let (tables, schemas) = (Vec::new(), HashMap::new());
        Self { options, batch, tables, schemas, way: None, ready: VecDeque::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// A value cannot be read, or a column does not go together with that of another table.
    #[inline]
    pub(super) fn push(&mut self, row: Row<'_>) -> Result<(), RowError> {
        if !self.way.as_ref().is_some_and(|way| way.is_of(row)) {
            self.turn(row)?;
        }
        let Some(way) = &self.way else { return Ok(()) };
        let Some(table) = self.tables.get_mut(way.table) else { return Ok(()) };
        table.push(row, &way.places, &self.options)?;
        if self.batch.is_some_and(|batch| table.rows() >= batch || table.size() >= FULL) {
            self.ready.push_back(table.take());
        }
        Ok(())
    }

    /// The next batch that has become complete, if one has.
    pub(super) fn ready(&mut self) -> Option<Built> {
        self.ready.pop_front()
    }

    /// What is left when the rows are over.
    pub(super) fn finish(&mut self) -> Vec<Built> {
        self.way = None;
        self.schemas.clear();
        let tables = std::mem::take(&mut self.tables).into_iter().filter(|table| table.rows() > 0);
        tables.map(|mut table| table.take()).collect()
    }

    /// Takes the way of this row's table.
    #[cold]
    fn turn(&mut self, row: Row<'_>) -> Result<(), RowError> {
        let header = row.header();
        let before = self.way.take().map(|way| way.table);
        let at = match self.options.concat {
            Concat::Union => 0,
            Concat::Never => {
                self.flush(before);
                if self.batch.is_some() {
                    self.tables.clear();
                }
                self.tables.len()
            }
            Concat::SameSchema => {
                let next = self.schemas.len();
                let at = *self.schemas.entry(schema(header, &self.options)).or_insert(next);
                if before != Some(at) {
                    self.flush(before);
                }
                at
            }
        };
        if self.tables.len() <= at {
            self.tables.resize_with(at + 1, Table::default);
        }
        let Some(table) = self.tables.get_mut(at) else { return Ok(()) };
        let mut places = Vec::with_capacity(header.columns.len());
        for (place, column) in header.columns.iter().enumerate() {
            let name = header.unique_name(place);
            places.push(match self.options.is_dropped(name) {
                true => None,
                false => Some(table.column(name, column, &self.options)?),
            });
        }
        let numbers = match self.options.concat {
            Concat::Never => numbers(row),
            Concat::SameSchema | Concat::Union => Vec::new(),
        };
        self.way = Some(Way { header: Arc::clone(header), table: at, places, numbers });
        Ok(())
    }

    /// Where batches are wanted, makes one of what a table has so far.
    fn flush(&mut self, table: Option<usize>) {
        let table = table.filter(|_| self.batch.is_some()).and_then(|table| self.tables.get_mut(table));
        if let Some(table) = table.filter(|table| table.rows() > 0) {
            self.ready.push_back(table.take());
        }
    }
}

impl Way {
    /// Whether the row is of the same table.
    #[inline]
    fn is_of(&self, row: Row<'_>) -> bool {
        let says = |(place, said): &(usize, String)| row.cell(*place).is_some_and(|cell| cell.text() == said);
        Arc::ptr_eq(&self.header, row.header()) && self.numbers.iter().all(says)
    }
}

/// What tells the table of a row of Flux from the next: `result` and `table`, which stand first.
fn numbers(row: Row<'_>) -> Vec<(usize, String)> {
    let columns = row.columns().iter().take(2).enumerate();
    columns
        .filter(|(_, column)| !column.group && matches!(&*column.name, "result" | "table"))
        .filter_map(|(place, _)| Some((place, row.cell(place)?.text().to_owned())))
        .collect()
}

fn schema(header: &Header, options: &Options) -> Schema {
    let columns = header.columns.iter().enumerate();
    let columns = columns.map(|(place, column)| (header.unique_name(place), column.data_type, column.group));
    let kept = columns.filter(|(name, ..)| !options.is_dropped(name));
    kept.map(|(name, data_type, group)| (name.to_owned(), data_type, group)).collect()
}

//! From a row to a type: which columns it wants, resolved once for each table, and their values in that order.

use std::borrow::Cow;

use super::{FromValue, Header, Row, RowError};

/// A type that rows of answers can be read into; `#[derive(FromRow)]` makes one.
pub trait FromRow<'r>: Sized {
    /// Names the columns, in the order in which [`from_row`](Self::from_row) asks for them. Asked once for each table.
    fn columns(wanted: &mut Wanted);

    /// Reads one row.
    ///
    /// # Errors
    ///
    /// A column is missing, or its value does not fit.
    fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError>;
}

/// A type that keeps nothing of the row, so that it can be collected.
pub trait FromRowOwned: for<'r> FromRow<'r> + Send + 'static {}

impl<T: for<'r> FromRow<'r> + Send + 'static> FromRowOwned for T {}

/// The columns that a type wants.
#[derive(Debug, Default)]
pub struct Wanted {
    columns: Vec<(Part, String)>,
    prefix: String,
}

/// What a wanted column is to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Measurement,
    Tag,
    Field,
    Time,
}

impl Wanted {
    /// The measurement: `_measurement` of Flux, `iox::measurement` elsewhere.
    pub fn measurement(&mut self) {
        self.columns.push((Part::Measurement, String::new()));
    }

    /// A tag.
    pub fn tag(&mut self, key: &str) {
        self.columns.push((Part::Tag, format!("{}{key}", self.prefix)));
    }

    /// A field.
    pub fn field(&mut self, key: &str) {
        self.columns.push((Part::Field, format!("{}{key}", self.prefix)));
    }

    /// The time: the column of this name, else `_time`, else `time`.
    pub fn time(&mut self, name: &str) {
        self.columns.push((Part::Time, name.to_owned()));
    }

    /// The columns of a flattened type, a prefix before each of their keys.
    pub fn group(&mut self, prefix: &str, columns: impl FnOnce(&mut Self)) {
        let len = self.prefix.len();
        self.prefix.push_str(prefix);
        columns(self);
        self.prefix.truncate(len);
    }
}

/// Where in a table the wanted columns stand.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Parallel to what is wanted; `None`: the table lacks it.
    places: Vec<Option<usize>>,
    names: Vec<Cow<'static, str>>,
}

impl Plan {
    pub(super) fn new(wanted: Wanted, header: &Header) -> Self {
        let mut plan = Self::default();
        for (part, name) in wanted.columns {
            let candidates: &[&str] = match part {
                Part::Measurement => &["_measurement", "iox::measurement"],
                Part::Time => &[&name, "_time", "time"],
                Part::Tag | Part::Field => &[&name],
            };
            plan.places.push(candidates.iter().find_map(|name| header.position(name)));
            plan.names.push(if part == Part::Measurement { "_measurement".into() } else { name.into() });
        }
        plan
    }
}

/// The values of a row, in the order of the wanted columns.
#[derive(Debug)]
pub struct RowReader<'p, 'r> {
    row: Row<'r>,
    plan: &'p Plan,
    next: usize,
}

impl<'p, 'r> RowReader<'p, 'r> {
    pub(super) fn new(row: Row<'r>, plan: &'p Plan) -> Self {
        Self { row, plan, next: 0 }
    }

    /// The next value.
    ///
    /// # Errors
    ///
    /// Its column is missing, or it does not fit.
    pub fn next<T: FromValue<'r>>(&mut self) -> Result<T, RowError> {
        let place = self.next;
        self.next += 1;
        let cell = self.plan.places.get(place).copied().flatten().and_then(|place| self.row.cell(place));
        let read = match cell {
            Some(cell) => T::from_value(cell),
            None => T::missing().ok_or_else(|| RowError::new("the answer has no such column")),
        };
        read.map_err(|error| match self.plan.names.get(place) {
            Some(name) => error.in_column(name),
            None => error,
        })
    }
}

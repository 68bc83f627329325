//! What is the same for all rows of a series, and the header that it makes.

use std::sync::Arc;

use super::super::buffer::RowBuffer;
use super::super::{Column, DataType, Header, RowError};
use crate::line::Precision;

/// The column that names the statement, last, so that one of the series' own goes before it.
const STATEMENT: &str = "statement_id";

/// The most tags and columns that a series may have.
const WIDEST: usize = 1 << 16;

/// What stands before the values of a series.
#[derive(Debug)]
pub(super) struct Head {
    /// The unit of times.
    unit: Precision,
    statement: String,
    name: Option<String>,
    tags: Vec<(String, String)>,
    columns: Vec<String>,
    /// Where the time stands among them.
    time: Option<usize>,
    /// How many bytes all of this has.
    len: usize,
    /// Whether values have begun: then it is too late for more.
    closed: bool,
}

impl Head {
    pub(super) fn new(unit: Precision) -> Self {
        Self {
            unit,
            statement: String::new(),
            name: None,
            tags: Vec::new(),
            columns: Vec::new(),
            time: None,
            len: 0,
            closed: false,
        }
    }

    /// Another series begins.
    pub(super) fn clear(&mut self) {
        self.name = None;
        self.tags.clear();
        self.columns.clear();
        self.time = None;
        self.len = 0;
        self.closed = false;
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn statement(&mut self, id: &str) -> Result<(), RowError> {
        if self.closed && id != self.statement {
            return Err(RowError::new("the number of a statement comes behind its values"));
        }
        id.clone_into(&mut self.statement);
        Ok(())
    }

    pub(super) fn name(&mut self, name: &str) -> Result<(), RowError> {
        self.take(name)?;
        self.name = Some(name.to_owned());
        Ok(())
    }

    pub(super) fn tag(&mut self, key: &str) -> Result<(), RowError> {
        self.take(key)?;
        self.tags.push((key.to_owned(), String::new()));
        Ok(())
    }

    /// The value of the last tag.
    pub(super) fn tag_value(&mut self, value: &str) {
        self.len += value.len();
        if let Some((_, last)) = self.tags.last_mut() {
            value.clone_into(last);
        }
    }

    pub(super) fn column(&mut self, name: &str) -> Result<(), RowError> {
        self.take(name)?;
        if name == "time" {
            self.time = Some(self.columns.len());
        }
        self.columns.push(name.to_owned());
        Ok(())
    }

    fn take(&mut self, text: &str) -> Result<(), RowError> {
        self.len += text.len();
        if self.closed {
            return Err(RowError::new(format!("{text:?} comes behind the values of its series")));
        }
        if self.columns.len() + self.tags.len() == WIDEST {
            return Err(RowError::new(format!("the answer has more than {WIDEST} columns")));
        }
        Ok(())
    }

    /// The header of the values that follow: the one before, if it is the same.
    pub(super) fn header(&mut self, before: &Arc<Header>) -> Result<Arc<Header>, RowError> {
        if self.columns.is_empty() {
            return Err(RowError::new("the values of a series come before its columns"));
        }
        self.closed = true;
        let constant = |name: &str, value: &str| Column {
            group: true,
            default: value.to_owned(),
            ..Column::new(name, DataType::String)
        };
        let name = self.name.iter().map(|name| constant("iox::measurement", name));
        let tags = self.tags.iter().map(|(key, value)| constant(key, value));
        let columns = self.columns.iter().enumerate().map(|(place, name)| {
            let time = self.time == Some(place);
            Column::new(name, if time { DataType::Ticks(self.unit) } else { DataType::Untyped })
        });
        let statement = Column { data_type: DataType::Long, ..constant(STATEMENT, &self.statement) };
        let header = Header::new(name.chain(tags).chain(columns).chain([statement]).collect());
        Ok(if **before == header { Arc::clone(before) } else { Arc::new(header) })
    }

    fn constant_count(&self) -> usize {
        usize::from(self.name.is_some()) + self.tags.len()
    }

    /// What stands before the values of each row. A tag that a series does not have is empty, which is null.
    pub(super) fn constants(&self, row: &mut RowBuffer) {
        if self.name.is_some() {
            row.end(Some(DataType::String));
        }
        for (_, value) in &self.tags {
            row.end((!value.is_empty()).then_some(DataType::String));
        }
    }

    /// What stands behind them.
    pub(super) fn behind(&self, row: &mut RowBuffer) {
        row.end(Some(DataType::Long));
    }

    /// The type of the next value, which is `data_type` unless it is the time.
    pub(super) fn type_of(&self, row: &RowBuffer, data_type: DataType) -> DataType {
        match (self.time, data_type) {
            (Some(time), DataType::Long) if self.constant_count() + time == row.len() => {
                DataType::Ticks(self.unit)
            }
            (Some(time), DataType::String) if self.constant_count() + time == row.len() => DataType::Time,
            _ => data_type,
        }
    }

    /// # Errors
    ///
    /// The row has a value for every column already.
    pub(super) fn check_room(&self, row: &RowBuffer) -> Result<(), RowError> {
        if row.len() - self.constant_count() < self.columns.len() {
            return Ok(());
        }
        Err(RowError::new(format!("it has more values than its series has columns: {}", self.columns.len())))
    }

    /// # Errors
    ///
    /// The row lacks values.
    pub(super) fn check_width(&self, row: &RowBuffer) -> Result<(), RowError> {
        let (values, columns) = (row.len() - self.constant_count(), self.columns.len());
        if values == columns {
            return Ok(());
        }
        Err(RowError::new(format!("it has {values} values, but its series has {columns} columns")))
    }
}

//! JSON lines: an object for each row, as InfluxDB 3 answers.

use std::sync::Arc;

use super::buffer::RowBuffer;
use super::decode::{Flaw, Step};
use super::json::{Kind, Scanner, Token, type_of_number};
use super::{Column, DataType, Header, Row, RowError};
use crate::line::rfc3339;

/// The most columns that an answer may have: the server's limit is 500 for a table, and a key is looked for among them.
const WIDEST: usize = 1 << 13;

/// The decoder of JSON lines.
///
/// The server leaves out what is null. So the columns are those of all rows so far, in their order: one that a row lacks
/// is null there, and one that is new makes a new header.
#[derive(Debug, Default)]
pub(super) struct Lines {
    scanner: Scanner,
    /// Whether it is in the object of a row.
    inside: bool,
    /// The key that is being read.
    key: Vec<u8>,
    row: RowBuffer,
    header: Arc<Header>,
    /// The columns of the next row, if they are not those of the header.
    changed: Option<Vec<Column>>,
}

impl Lines {
    pub(super) fn rows(&self) -> u64 {
        self.row.rows()
    }

    pub(super) fn row(&self) -> Row<'_> {
        self.row.row(&self.header)
    }

    pub(super) fn step(&mut self, input: &[u8], last: bool) -> Result<(usize, Step), Flaw> {
        let mut rest = input;
        loop {
            // behind a key comes its value
            let out = if self.scanner.at_key() { &mut self.key } else { self.row.text() };
            let token = self.scanner.next(&mut rest, last, out)?;
            self.row.check_len(self.key.len())?;
            let Some(token) = token else { break };
            if self.token(token)? {
                return Ok((input.len() - rest.len(), Step::Row));
            }
        }
        match last {
            false => Ok((input.len(), Step::More)),
            true if self.scanner.between_documents() => Ok((input.len(), Step::End)),
            true => Err(RowError::new("the answer ends in the middle of it").into()),
        }
    }

    /// Takes a token; whether a row is complete.
    fn token(&mut self, token: Token) -> Result<bool, RowError> {
        if !self.inside {
            if token != Token::Open(Kind::Object) {
                return Err(RowError::new("it is no object"));
            }
            self.inside = true;
            self.row.begin();
            return Ok(false);
        }
        let data_type = match token {
            Token::Key => {
                self.go_to_column()?;
                self.key.clear();
                return Ok(false);
            }
            Token::Close => {
                self.inside = false;
                self.complete()?;
                return Ok(true);
            }
            Token::Open(kind) => {
                self.scanner.keep_written(kind, self.row.text());
                return Ok(false);
            }
            Token::Text => Some(self.type_of_text()),
            Token::Number => Some(type_of_number(self.row.value())),
            Token::True | Token::False => Some(DataType::Boolean),
            Token::Null => None,
            Token::Whole => Some(DataType::Json),
        };
        self.row.end(data_type);
        Ok(false)
    }

    fn columns(&self) -> &[Column] {
        self.changed.as_deref().unwrap_or(&self.header.columns)
    }

    /// Goes to the column of the key, with nulls for those between.
    fn go_to_column(&mut self) -> Result<(), RowError> {
        let at = self.row.len();
        let is_key = |column: &Column| column.name.as_bytes() == self.key;
        let (before, behind) = self.columns().split_at_checked(at).unwrap_or_default();
        if let Some(between) = behind.iter().position(is_key) {
            for _ in 0..between {
                self.row.end(None);
            }
            return Ok(());
        }
        if self.columns().len() == WIDEST {
            return Err(RowError::new(format!("the answer has more than {WIDEST} columns")));
        }
        let passed =
            before.iter().enumerate().any(|(place, column)| is_key(column) && self.row.is_null(place));
        let name = std::str::from_utf8(&self.key).map_err(|_| RowError::new("a key is not UTF-8"))?;
        let column = match name {
            "time" => Column::new(name, DataType::Time),
            _ => Column::new(name, DataType::Untyped),
        };
        let row = &mut self.row;
        let columns = self.changed.get_or_insert_with(|| self.header.columns.clone());
        if passed {
            // the keys come in another order than before: from here on, this one counts
            columns.truncate(at);
            let filled: Vec<_> = (0..at).map(|place| !row.is_null(place)).collect();
            let mut kept = filled.iter();
            columns.retain(|_| kept.next() == Some(&true));
            row.retain(&filled);
        }
        columns.insert(row.len(), column);
        Ok(())
    }

    /// Only times of the column `time` are known to be some: elsewhere, a text may look like one.
    fn type_of_text(&self) -> DataType {
        let time =
            self.columns().get(self.row.len()).is_some_and(|column| column.data_type == DataType::Time);
        if time && rfc3339::parse_utc(&String::from_utf8_lossy(self.row.value())).is_ok() {
            DataType::Time
        } else {
            DataType::String
        }
    }

    fn complete(&mut self) -> Result<(), RowError> {
        for _ in self.row.len()..self.columns().len() {
            self.row.end(None);
        }
        if let Some(columns) = self.changed.take() {
            self.header = Arc::new(Header::new(columns));
        }
        self.row.complete()
    }
}

#[cfg(test)]
mod tests;

//! Annotated CSV, read as it arrives: the only reader of it.
//!
//! An answer is a sequence of blocks, with an empty line between them: annotations in any order, a header, rows. The
//! first column belongs to the annotations, and is empty in headers and rows.

mod block;
mod line;
mod records;

use std::mem;
use std::sync::Arc;

use ::http::header::HeaderMap;

use self::block::Annotations;
use self::records::{Found, Records};
use super::decode::{Flaw, Step};
use super::{Header, Row, RowError};
use crate::error::ServerError;
use crate::http::response::said;

/// The most of an answer in JSON that is read, to find what the server says.
const JSON: usize = 64 * 1024;

/// The most that errors show of an answer that is no CSV, in characters.
const SHOWN: usize = 80;

/// The decoder of annotated CSV.
#[derive(Debug)]
pub(super) struct Csv {
    records: Records,
    place: Place,
    annotations: Annotations,
    /// Of the last block; also before its rows, so that an equal one behind it can be the same.
    header: Arc<Header>,
    /// How many values of each record are no values of a row: 1 if there is a column of annotations.
    skip: usize,
    /// The number of rows so far.
    rows: u64,
}

/// What the next record is.
#[derive(Debug)]
enum Place {
    /// The first of the answer.
    Start { plain: bool },
    /// An annotation or a header.
    Head,
    /// A row, or the first of the next block.
    Rows,
    /// A row, whatever it holds.
    Plain,
    /// What the server's error says.
    Error,
    /// There are none: the answer is JSON, and this is what came of it.
    Json(Vec<u8>),
}

impl Csv {
    /// A decoder of annotated CSV as servers write it unless they are asked for another dialect.
    pub(super) fn annotated() -> Self {
        // InfluxDB writes each newline with a carriage return before it, in values too
        Self::of(Records::new(b',', true), false)
    }

    /// A decoder for which each record is a row without a header, annotations and headers too; values are as they stand.
    pub(super) fn plain(delimiter: u8) -> Self {
        Self::of(Records::new(delimiter, false), true)
    }

    fn of(records: Records, plain: bool) -> Self {
        Self {
            records,
            place: Place::Start { plain },
            annotations: Annotations::default(),
            header: Arc::default(),
            skip: 0,
            rows: 0,
        }
    }

    /// The number of rows so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The row that was read last.
    #[inline]
    pub(super) fn row(&self) -> Row<'_> {
        let ends = self.records.ends().get(self.skip..).unwrap_or_default();
        // the value that is skipped is empty: one byte is before the next
        Row::separated(&self.header, self.records.text(), ends, self.skip, self.rows)
    }

    /// Reads on to the next row, as [`Decoder::step`](super::decode::Decoder::step) says; all of the input is done with
    /// when more is needed.
    pub(super) fn step(&mut self, input: &[u8], last: bool) -> Result<(usize, Step), Flaw> {
        if let Place::Start { .. } | Place::Json(_) = self.place {
            self.start(input)?;
            if let Place::Json(body) = &mut self.place {
                body.extend_from_slice(&input[..input.len().min(JSON - body.len())]);
                return if last || body.len() == JSON {
                    Err(foreign(body))
                } else {
                    Ok((input.len(), Step::More))
                };
            }
        }
        let mut used = 0;
        loop {
            let (taken, found) = self.records.step(&input[used..], last)?;
            used += taken;
            match found {
                Found::Record => {
                    if self.is_row()? {
                        self.rows += 1;
                        return Ok((used, Step::Row));
                    }
                }
                Found::Blank => {
                    if let Place::Rows = self.place {
                        self.place = Place::Head;
                    }
                }
                Found::More => return Ok((used, Step::More)),
                Found::End => return self.end().map(|()| (used, Step::End)),
            }
        }
    }

    /// Tells by the first byte whether the answer may be CSV.
    fn start(&mut self, input: &[u8]) -> Result<(), RowError> {
        let Place::Start { plain } = self.place else { return Ok(()) };
        self.place = match input.iter().find(|byte| !matches!(byte, b'\r' | b'\n')) {
            None => return Ok(()),
            Some(b'{') => Place::Json(Vec::new()),
            Some(b'<') => {
                return Err(RowError::new(
                    "the answer is a page of HTML and not CSV: something between answers for the server",
                ));
            }
            Some(_) if plain => Place::Plain,
            Some(_) => Place::Head,
        };
        Ok(())
    }

    /// Whether the record is a row; else it is taken account of.
    #[inline]
    fn is_row(&mut self) -> Result<bool, Flaw> {
        let ends = self.records.ends();
        let is_row = match self.place {
            Place::Rows => {
                self.skip == 1 && ends.first() == Some(&0) && ends.len() == self.header.columns.len() + 1
            }
            Place::Plain => self.rows > 0,
            _ => false,
        };
        if is_row { Ok(true) } else { self.take() }
    }

    /// The same for what does not look like a row of a table with annotations.
    #[cold]
    fn take(&mut self) -> Result<bool, Flaw> {
        if self.rows == 0 && self.header.columns.is_empty() && self.annotations.is_empty() {
            self.records.strip_mark();
        }
        if let Place::Plain = self.place {
            return Ok(true);
        }
        if let Place::Error = self.place {
            let reference = self.records.value(self.skip + 1);
            let code = (!reference.is_empty()).then(|| reference.to_owned());
            let message = self.records.value(self.skip).to_owned();
            return Err(Flaw::Server(ServerError { code, message }));
        }
        if let Some(name) = self.annotation() {
            let name = name.to_owned();
            self.place = Place::Head;
            self.annotations.note(&name, self.values(1));
            return Ok(false);
        }
        let first = self.records.value(0);
        let skip = usize::from(first.is_empty());
        let (values, columns) = (self.records.ends().len(), self.header.columns.len() + self.skip);
        let in_rows = matches!(self.place, Place::Rows);
        if (!in_rows || values != columns) && is_error(&self.values(skip)) {
            (self.place, self.skip) = (Place::Error, skip);
            return Ok(false);
        }
        if !in_rows {
            self.begin(skip)?;
            return Ok(false);
        }
        if values != columns {
            let (values, columns) = (values - self.skip.min(values), columns - self.skip);
            return Err(unequal("it", values, columns).into());
        }
        if self.skip == 1 && skip == 0 {
            return Err(RowError::new(format!("it begins with {first:?} where annotations stand")).into());
        }
        Ok(true)
    }

    /// The name of the annotation that the record is, if it is one.
    fn annotation(&self) -> Option<&str> {
        let name = self.records.value(0).strip_prefix('#')?;
        // elsewhere a value may begin like one
        let is_free = self.skip == 1 || !matches!(self.place, Place::Rows);
        (is_free || Annotations::is_known(name)).then_some(name)
    }

    /// Begins the rows of a table, with the record as its header.
    fn begin(&mut self, skip: usize) -> Result<(), RowError> {
        let annotations = mem::take(&mut self.annotations);
        if skip == 0 && !annotations.is_empty() {
            let first = self.records.value(0);
            return Err(RowError::new(format!("the header begins with {first:?} where annotations stand")));
        }
        let header = annotations.header(self.values(skip))?;
        if *self.header != header {
            self.header = Arc::new(header);
        }
        (self.place, self.skip) = (Place::Rows, skip);
        Ok(())
    }

    /// The values of the record from a place on.
    fn values(&self, from: usize) -> Vec<String> {
        (from..self.records.ends().len()).map(|place| self.records.value(place).to_owned()).collect()
    }

    /// Whether the answer may end here.
    fn end(&self) -> Result<(), Flaw> {
        match self.place {
            Place::Error => Err(Flaw::Server(ServerError { code: None, message: String::new() })),
            Place::Head if !self.annotations.is_empty() => {
                Err(RowError::new("the answer ends behind annotations, before the header").into())
            }
            // one line of one value: words, and no table
            Place::Head | Place::Rows
                if self.rows == 0 && self.skip == 0 && self.header.columns.len() == 1 =>
            {
                let text: String = self.header.columns[0].name.chars().take(SHOWN).collect();
                Err(RowError::new(format!("the answer is no CSV: it begins with {text:?}")).into())
            }
            _ => Ok(()),
        }
    }
}

/// The error of something that has more or fewer values than there are columns.
fn unequal(what: &str, values: usize, columns: usize) -> RowError {
    RowError::new(format!(
        "{what} has another number of values than the header has columns: {values} and not {columns}"
    ))
}

/// Whether this is the header of the table that tells an error.
fn is_error(names: &[String]) -> bool {
    names == ["error", "reference"] || names == ["error"]
}

/// What an answer in JSON means.
fn foreign(body: &[u8]) -> Flaw {
    match said(&HeaderMap::new(), body) {
        Some(server) => Flaw::Server(server),
        None => RowError::new("the answer is JSON and not CSV").into(),
    }
}

#[cfg(test)]
mod tests;

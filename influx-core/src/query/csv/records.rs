//! From bytes to the records of CSV, whatever they mean.
//!
//! A line without quotes that stands whole in the input is split where its delimiters are. Everything else, a line that
//! is cut by the end of the input too, goes through the automaton of csv-core, which takes what it gets and goes on where
//! it stopped. Both read the same (a test compares them).

use std::fmt;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::line;
use crate::query::RowError;

/// The longest record, in bytes, so that a quote that is never closed does not take all memory.
const LONGEST: usize = 64 * 1024 * 1024;

/// The longest line that is searched at once: the rest of the input may be long, and without an end.
const LINE: usize = 64 * 1024;

/// What stands between two values in the text of a record; nobody sees it.
const BETWEEN: char = ',';

/// What was found in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Record,
    /// A line with nothing in it.
    Blank,
    /// More bytes are needed.
    More,
    End,
}

pub(super) struct Records {
    delimiter: u8,
    /// Whether a carriage return before a newline in quotes is no part of the value.
    returns_are_added: bool,
    /// The values of the last record, a byte between each two.
    text: String,
    ends: Vec<usize>,
    reader: Reader,
    /// What the reader has read of the record so far: values without anything between them.
    read: Vec<u8>,
    read_len: usize,
    read_ends: Vec<usize>,
    read_ends_len: usize,
    /// Whether the reader is within a record.
    within: bool,
    /// Whether the last line ended with a carriage return: a newline behind it belongs to it.
    returned: bool,
}

impl Records {
    pub(super) fn new(delimiter: u8, returns_are_added: bool) -> Self {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
        // it takes a byte order mark for none only before its first input, which may come in mid answer
        reader.read_record(b"-", &mut [], &mut []);
        Self {
            delimiter,
            returns_are_added,
            text: String::new(),
            ends: Vec::new(),
            reader,
            read: vec![0; 1024],
            read_len: 0,
            read_ends: vec![0; 32],
            read_ends_len: 0,
            within: false,
            returned: false,
        }
    }

    /// The values of the record, a byte between each two.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where each value ends.
    pub(super) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// One value of the record; empty behind the last.
    pub(super) fn value(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends.get(place - 1).map_or(0, |end| end + 1) };
        self.ends.get(place).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// Takes a byte order mark away from the record.
    pub(super) fn strip_mark(&mut self) {
        const MARK: char = '\u{feff}';
        if self.text.starts_with(MARK) {
            self.text.drain(..MARK.len_utf8());
            self.ends.iter_mut().for_each(|end| *end -= MARK.len_utf8());
        }
    }

    /// Reads on, up to the end of the next line: how many bytes are done with, and what they are. Without an error, all
    /// are done with when more are needed.
    #[inline]
    pub(super) fn step(&mut self, input: &[u8], last: bool) -> Result<(usize, Found), RowError> {
        if self.within {
            return self.read(input, last);
        }
        let skipped = usize::from(self.returned && input.first() == Some(&b'\n'));
        let line = &input[skipped..];
        let Some(first) = line.first() else {
            // the newline may still come
            self.returned &= skipped == 0;
            return Ok((skipped, if last { Found::End } else { Found::More }));
        };
        if matches!(first, b'\n' | b'\r') {
            self.returned = *first == b'\r';
            return Ok((skipped + 1, Found::Blank));
        }
        if let Some(end) = line::find(&line[..line.len().min(LINE)], self.delimiter, &mut self.ends) {
            self.text.clear();
            self.text.push_str(text(&line[..end])?);
            self.returned = line[end] == b'\r';
            return Ok((skipped + end + 1, Found::Record));
        }
        let (used, found) = self.read(line, last)?;
        Ok((skipped + used, found))
    }

    /// Reads on by the automaton.
    fn read(&mut self, input: &[u8], last: bool) -> Result<(usize, Found), RowError> {
        let mut used = 0;
        let mut closed = false;
        loop {
            let rest = match &input[used..] {
                [] if !last => {
                    self.within = true;
                    return Ok((used, Found::More));
                }
                [] if closed => return Err(RowError::new("the answer ends within a quoted value")),
                // a newline ends a record, unless it stands in quotes
                [] => b"\n",
                rest => rest,
            };
            let at_end = used == input.len();
            let (result, taken, written, ended) = self.reader.read_record(
                rest,
                &mut self.read[self.read_len..],
                &mut self.read_ends[self.read_ends_len..],
            );
            self.read_len += written;
            self.read_ends_len += ended;
            if at_end {
                closed = taken > 0;
            } else {
                used += taken;
            }
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                ReadRecordResult::OutputFull => grow(&mut self.read, LONGEST)?,
                ReadRecordResult::OutputEndsFull => grow(&mut self.read_ends, LONGEST / size_of::<usize>())?,
                ReadRecordResult::Record => {
                    self.within = false;
                    self.returned = input[..used].last() == Some(&b'\r');
                    self.finish()?;
                    return Ok((used, Found::Record));
                }
            }
        }
    }

    /// Makes what the automaton has read the record.
    fn finish(&mut self) -> Result<(), RowError> {
        self.text.clear();
        self.ends.clear();
        let added = self.returns_are_added && self.read[..self.read_len].contains(&b'\r');
        let mut start = 0;
        for &end in &self.read_ends[..self.read_ends_len] {
            if !self.ends.is_empty() {
                self.text.push(BETWEEN);
            }
            let value = text(&self.read[start..end])?;
            if added {
                for (number, line) in value.split("\r\n").enumerate() {
                    self.text.push_str(if number > 0 { "\n" } else { "" });
                    self.text.push_str(line);
                }
            } else {
                self.text.push_str(value);
            }
            self.ends.push(self.text.len());
            start = end;
        }
        (self.read_len, self.read_ends_len) = (0, 0);
        Ok(())
    }
}

/// Doubles the room, up to a limit.
fn grow<T: Clone + Default>(room: &mut Vec<T>, most: usize) -> Result<(), RowError> {
    if room.len() >= most {
        return Err(RowError::new(format!("it is longer than {} MiB", LONGEST / (1024 * 1024))));
    }
    room.resize((room.len() * 2).min(most), T::default());
    Ok(())
}

fn text(bytes: &[u8]) -> Result<&str, RowError> {
    std::str::from_utf8(bytes).map_err(|_| RowError::new("it is not UTF-8"))
}

/// Prints no values: there may be many.
impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("delimiter", &char::from(self.delimiter))
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}

//! What every decoder of answers is: bytes in, rows out, no input or output of its own.

use super::csv::Csv;
use super::lines::Lines;
use super::series::Series;
use super::{Row, RowError};
use crate::error::ServerError;

/// How far a decoder came with the bytes that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A row is complete.
    Row,
    /// It needs more bytes.
    More,
    /// The answer is read to its end.
    End,
}

/// Why an answer cannot be read further.
#[derive(Debug)]
pub(super) enum Flaw {
    /// A row is not what it should be.
    Row(RowError),
    /// The server reports an error.
    Server(ServerError),
}

impl From<RowError> for Flaw {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

/// The decoders.
#[derive(Debug)]
pub(super) enum Decoder {
    Csv(Box<Csv>),
    Series(Box<Series>),
    Lines(Box<Lines>),
}

impl Decoder {
    /// Reads on, up to the end of the next row: how many bytes of the input are done with, and how far it came. What is
    /// left of the input behind a row is given again; nothing is left where more is needed. `last` says that nothing
    /// follows the input.
    pub(super) fn step(&mut self, input: &[u8], last: bool) -> Result<(usize, Step), Flaw> {
        match self {
            Self::Csv(csv) => csv.step(input, last),
            Self::Series(series) => series.step(input, last),
            Self::Lines(lines) => lines.step(input, last),
        }
    }

    /// The row that is complete; only after [`Step::Row`].
    #[inline]
    pub(super) fn row(&self) -> Row<'_> {
        match self {
            Self::Csv(csv) => csv.row(),
            Self::Series(series) => series.row(),
            Self::Lines(lines) => lines.row(),
        }
    }

    /// How many rows it has read.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Csv(csv) => csv.rows(),
            Self::Series(series) => series.rows(),
            Self::Lines(lines) => lines.rows(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

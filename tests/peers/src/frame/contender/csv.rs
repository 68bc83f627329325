//! Polars' own CSV writer: no line protocol, but the same values as text, tags as strings.

use super::{Contender, Each, ours};
use crate::data::Doubles;
use crate::frame::Failure;
use polars::prelude::{CsvWriter, DataFrame, SerWriter as _};

pub(super) struct Csv {
    frame: DataFrame,
    threads: usize,
    text: Vec<u8>,
}

impl Csv {
    pub(super) fn new(doubles: Doubles, threads: usize) -> Result<Self, Failure> {
        Ok(Self { frame: ours::frame(doubles, false)?, threads, text: Vec::new() })
    }
}

impl Contender for Csv {
    fn encode(&mut self, each: Each<'_>) -> Result<(), Failure> {
        self.text.clear();
        CsvWriter::new(&mut self.text).n_threads(self.threads).finish(&mut self.frame)?;
        each(std::str::from_utf8(&self.text)?)
    }
}

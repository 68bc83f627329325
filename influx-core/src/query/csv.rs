//! Annotated CSV, read as it arrives: the only reader of it.

use std::sync::Arc;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::decode::{Flaw, Step};
use super::{Column, DataType, Header, Row, RowError};
use crate::error::ServerError;

/// The decoder of annotated CSV.
#[derive(Debug)]
pub(super) struct Csv {
    reader: Reader,
    /// The values of the record that is being read, and where they end.
    text: Vec<u8>,
    ends: Vec<usize>,
    text_len: usize,
    ends_len: usize,
    /// What the annotations before the next header say.
    types: Vec<DataType>,
    groups: Vec<bool>,
    defaults: Vec<String>,
    header: Option<Arc<Header>>,
    /// The number of rows so far.
    rows: u64,
}

impl Csv {
    pub(super) fn annotated(delimiter: u8) -> Self {
        Self::plain(delimiter)
    }
    pub(super) fn plain(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 1024],
            ends: vec![0; 32],
            text_len: 0,
            ends_len: 0,
            types: Vec::new(),
            groups: Vec::new(),
            defaults: Vec::new(),
            header: None,
            rows: 0,
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn row(&self) -> Row<'_> {
        unimplemented!("the decoder of annotated CSV")
    }

    pub(super) fn step(&mut self, _input: &[u8], _last: bool) -> Result<(usize, Step), Flaw> {
        unimplemented!("the decoder of annotated CSV")
    }
}

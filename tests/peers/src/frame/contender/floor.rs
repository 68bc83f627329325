//! The floor for frames: columns behind one enum, tags written once per text of their dictionary.

use super::{Contender, Each};
use crate::data::Doubles;
use crate::floor::columns::{Column, Columns};
use crate::frame::Failure;
use crate::frame::data::{DOUBLES, INTEGERS, MEASUREMENT, REGIONS, ROWS, hosts, rows};

/// Rows that are written at a time, into one buffer.
const CHUNK: usize = 16_384;

pub(super) struct Floor {
    columns: Columns,
    text: Vec<u8>,
}

impl Floor {
    pub(super) fn new(doubles: Doubles) -> Self {
        let of = || rows(doubles, ROWS);
        let mut columns = Columns::new(MEASUREMENT, of().map(|row| row.time).collect());
        columns.tag("host", of().map(|row| row.host).collect(), &hosts());
        columns.tag("region", of().map(|row| row.region).collect(), &REGIONS.map(str::to_owned));
        for (at, name) in DOUBLES.into_iter().enumerate() {
            let valid = of().map(|row| row.double(at).is_some());
            columns.field(name, Column::F64(of().map(|row| row.doubles[at]).collect()), valid);
        }
        for (at, name) in INTEGERS.into_iter().enumerate() {
            let all = of().map(|_| true);
            columns.field(name, Column::I64(of().map(|row| row.integers[at]).collect()), all);
        }
        columns.field("ok", Column::Boolean(of().map(|row| row.ok).collect()), of().map(|_| true));
        let (mut texts, mut ends) = (String::new(), vec![0]);
        for row in of() {
            texts.push_str(row.text().unwrap_or_default());
            ends.push(texts.len() as u32);
        }
        columns.field("s", Column::Text(texts, ends), of().map(|row| row.text.is_some()));
        Self { columns, text: Vec::new() }
    }
}

impl Contender for Floor {
    fn encode(&mut self, each: Each<'_>) -> Result<(), Failure> {
        for start in (0..ROWS).step_by(CHUNK) {
            self.text.clear();
            self.columns
                .write(start..ROWS.min(start + CHUNK), &mut self.text)
                .map_err(|_| "a row is refused")?;
            each(std::str::from_utf8(&self.text)?)?;
        }
        Ok(())
    }
}

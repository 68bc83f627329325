//! Reads back what a contender wrote, with the parser InfluxDB 3 uses, and compares it with the rows.

use super::Failure;
use super::data::{DOUBLES, INTEGERS, MEASUREMENT, REGIONS, Row, hosts};
use influxdb_line_protocol::{FieldValue, ParsedLine, parse_lines};

/// Compares lines with rows, piece by piece.
pub(super) struct Verify<R> {
    rows: R,
    hosts: Vec<String>,
    number: usize,
}

impl<R: Iterator<Item = Row>> Verify<R> {
    pub(super) fn new(rows: R) -> Self {
        Self { rows, hosts: hosts(), number: 0 }
    }

    /// The next lines.
    pub(super) fn lines(&mut self, text: &str) -> Result<(), Failure> {
        for line in parse_lines(text) {
            let row = self.rows.next().ok_or("more lines than rows")?;
            let line = line.map_err(|error| format!("row {}: {error}", self.number))?;
            check(&row, &self.hosts, &line)
                .map_err(|what| format!("row {}: {what}: {row:?} became {line}", self.number))?;
            self.number += 1;
        }
        Ok(())
    }

    /// There are no more.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        match self.rows.next() {
            None => Ok(()),
            Some(_) => Err(format!("row {} is missing", self.number).into()),
        }
    }
}

/// What differs, if anything does.
fn check(row: &Row, hosts: &[String], line: &ParsedLine<'_>) -> Result<(), &'static str> {
    let same = |same: bool, what| if same { Ok(()) } else { Err(what) };
    let tag = |key, value: &str| line.tag_value(key).is_some_and(|read| read.as_str() == value);
    let field = |key: &str| line.field_value(key);
    same(line.series.measurement.as_str() == MEASUREMENT, "the measurement")?;
    same(line.timestamp == Some(row.time), "the time")?;
    same(line.series.tag_set.as_ref().is_some_and(|tags| tags.len() == 2), "the number of tags")?;
    same(tag("host", &hosts[usize::from(row.host)]), "the host")?;
    same(tag("region", REGIONS[usize::from(row.region)]), "the region")?;
    let mut fields = 0;
    for (column, name) in DOUBLES.iter().enumerate() {
        match (row.double(column), field(name)) {
            (None, None) => continue,
            (Some(value), Some(FieldValue::F64(read))) if read.to_bits() == value.to_bits() => fields += 1,
            _ => return Err("a double"),
        }
    }
    for (value, name) in row.integers.iter().zip(INTEGERS) {
        same(matches!(field(name), Some(FieldValue::I64(read)) if read == value), "an integer")?;
        fields += 1;
    }
    same(matches!(field("ok"), Some(FieldValue::Boolean(read)) if *read == row.ok), "the boolean")?;
    fields += 1;
    match (row.text(), field("s")) {
        (None, None) => {}
        (Some(text), Some(FieldValue::String(read))) if read.as_str() == text => fields += 1,
        _ => return Err("the string"),
    }
    same(line.field_set.len() == fields, "the number of fields")
}

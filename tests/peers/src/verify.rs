//! Reads back what a contender wrote, with the parser InfluxDB 3 uses, and compares it with the rows.

use crate::contender::{self, Contender};
use crate::data::{self, Cpu, Doubles, Narrow};
use influxdb_line_protocol::{FieldValue, ParsedLine, parse_lines};

/// A row of the data, as the parser should give it back.
pub(crate) trait Row {
    /// What differs, if anything does. `unsigned`: the contender can write an unsigned field.
    fn check(&self, line: &ParsedLine<'_>, unsigned: bool) -> Result<(), String>;
}

impl Row for Cpu {
    fn check(&self, line: &ParsedLine<'_>, unsigned: bool) -> Result<(), String> {
        shape(line, 3, 6, self.time)?;
        tag(line, "core", &self.core.to_string())?;
        tag(line, "host", &self.host)?;
        tag(line, "region", &self.region)?;
        double(line, "usage_user", self.usage_user)?;
        double(line, "usage_system", self.usage_system)?;
        double(line, "temp", self.temp)?;
        match field(line, "ctx_switches")? {
            FieldValue::U64(read) if *read == self.ctx_switches => {}
            FieldValue::I64(read) if !unsigned && u64::try_from(*read) == Ok(self.ctx_switches) => {}
            other => return Err(format!("ctx_switches: {} became {other:?}", self.ctx_switches)),
        }
        match field(line, "throttled")? {
            FieldValue::Boolean(read) if *read == self.throttled => {}
            other => return Err(format!("throttled: {} became {other:?}", self.throttled)),
        }
        match field(line, "governor")? {
            FieldValue::String(read) if read.as_str() == self.governor => Ok(()),
            other => Err(format!("governor: {:?} became {other:?}", self.governor)),
        }
    }
}

impl Row for Narrow {
    fn check(&self, line: &ParsedLine<'_>, _: bool) -> Result<(), String> {
        shape(line, 1, 1, self.time)?;
        tag(line, "host", &self.host)?;
        double(line, "value", self.value)
    }
}

fn shape(line: &ParsedLine<'_>, tags: usize, fields: usize, time: i64) -> Result<(), String> {
    let found = (line.series.tag_set.as_ref().map_or(0, |set| set.len()), line.field_set.len());
    if line.series.measurement.as_str() != "cpu" {
        return Err(format!("measurement: cpu became {}", line.series.measurement));
    }
    if found != (tags, fields) {
        return Err(format!("{tags} tags and {fields} fields became {} and {}", found.0, found.1));
    }
    if line.timestamp != Some(time) {
        return Err(format!("time: {time} became {:?}", line.timestamp));
    }
    Ok(())
}

fn tag(line: &ParsedLine<'_>, key: &str, value: &str) -> Result<(), String> {
    match line.tag_value(key) {
        Some(read) if read.as_str() == value => Ok(()),
        other => Err(format!("{key}: {value:?} became {other:?}")),
    }
}

fn field<'a>(line: &'a ParsedLine<'_>, key: &str) -> Result<&'a FieldValue<'a>, String> {
    line.field_value(key).ok_or_else(|| format!("{key} is missing"))
}

fn double(line: &ParsedLine<'_>, key: &str, value: f64) -> Result<(), String> {
    match field(line, key)? {
        FieldValue::F64(read) if read.to_bits() == value.to_bits() => Ok(()),
        other => Err(format!("{key}: {value:?} became {other:?}")),
    }
}

/// Encodes once and compares every line with its row.
pub(crate) fn output<R: Row>(contender: &mut dyn Contender, rows: &[R]) -> Result<(), String> {
    contender.prepare();
    contender.encode();
    text(contender.output(), rows, contender.has_unsigned())
}

/// Compares every line of a text with its row.
pub(crate) fn text<R: Row>(text: &[u8], rows: &[R], unsigned: bool) -> Result<(), String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let mut lines = parse_lines(text);
    for (index, row) in rows.iter().enumerate() {
        let line = lines.next().ok_or_else(|| format!("row {index} is missing"))?;
        let line = line.map_err(|error| format!("row {index}: {error}"))?;
        row.check(&line, unsigned).map_err(|what| format!("row {index}: {what}"))?;
    }
    if lines.next().is_some() { Err("more lines than rows".to_owned()) } else { Ok(()) }
}

/// What everyone makes of every row of the data, and of the awkward row.
pub(crate) fn all() -> Vec<(&'static str, Result<(), String>)> {
    fn try_all<R: Row>(
        rows: &[R],
        contenders: Vec<Box<dyn Contender + '_>>,
        found: &mut Vec<(&'static str, Result<(), String>)>,
    ) {
        found.extend(contenders.into_iter().map(|mut one| (one.name(), output(&mut *one, rows))));
    }
    let mut found = Vec::new();
    for doubles in Doubles::ALL {
        let (cpu, narrow) = (data::cpu(doubles), data::narrow(doubles));
        try_all(&cpu, contender::cpu(&cpu), &mut found);
        try_all(&narrow, contender::narrow(&narrow), &mut found);
    }
    let awkward = [probe()];
    try_all(&awkward, contender::cpu(&awkward), &mut found);
    found
}

/// Names of those who get an awkward but valid row wrong, and how.
pub(crate) fn escaping() -> Vec<(&'static str, String)> {
    let rows = [probe()];
    let mut failed = Vec::new();
    for mut contender in contender::cpu(&rows) {
        if let Err(what) = output(&mut *contender, &rows) {
            failed.push((contender.name(), what));
        }
    }
    failed
}

fn probe() -> Cpu {
    Cpu {
        core: 255,
        host: "plain".to_owned(),
        region: "a b,c=d".to_owned(),
        usage_user: 0.1,
        usage_system: 1e300,
        temp: -2.5,
        ctx_switches: i64::MAX as u64,
        throttled: true,
        governor: r#"say "hi"\"#.to_owned(),
        time: 1_700_000_000_000_000_000,
    }
}

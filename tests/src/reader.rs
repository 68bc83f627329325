//! The two readers that judge the encoder: the project's own, and the official parser of InfluxDB 3.

use influx_core::line::read;
use influxdb_line_protocol::{FieldValue, parse_lines};

use crate::record::Value;

/// What a line says.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The measurement.
    pub name: String,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
    /// Keys and values.
    pub fields: Vec<(String, Value)>,
    /// The timestamp as it stands.
    pub ticks: Option<i64>,
}

impl PartialEq for Reading {
    /// The order of tags means nothing; floats are equal by their bits.
    fn eq(&self, other: &Self) -> bool {
        let sorted = |reading: &Reading| {
            let mut tags = reading.tags.clone();
            tags.sort();
            tags
        };
        self.name == other.name
            && self.ticks == other.ticks
            && sorted(self) == sorted(other)
            && self.fields.len() == other.fields.len()
            && self.fields.iter().zip(&other.fields).all(|((a, x), (b, y))| a == b && same(x, y))
    }
}

/// Whether two values are one. A single is the double that its shortest digits say, so it is narrowed back.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Single(a), Value::Float(b)) | (Value::Float(b), Value::Single(a)) => {
            a.to_bits() == (*b as f32).to_bits()
        }
        _ => a == b,
    }
}

/// The lines of a text as the project's reader reads them.
///
/// # Errors
///
/// If it refuses one.
pub fn by_project(text: &str) -> Result<Vec<Reading>, String> {
    let reading = |line: read::RawLine<'_>| {
        let line = read::parse(line.text).map_err(|error| error.to_string())?;
        let value = |value| match value {
            read::Value::Float(value) => Value::Float(value),
            read::Value::Integer(value) => Value::Integer(value),
            read::Value::Unsigned(value) => Value::Unsigned(value),
            read::Value::Boolean(value) => Value::Boolean(value),
            read::Value::String(value) => Value::String(value.into_owned()),
        };
        Ok(Reading {
            name: line.measurement.into_owned(),
            tags: line.tags.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
            fields: line.fields.into_iter().map(|(key, text)| (key.into_owned(), value(text))).collect(),
            ticks: line.timestamp,
        })
    };
    read::lines(text).map(reading).collect()
}

/// The lines of a text as the official parser reads them.
///
/// # Errors
///
/// If it refuses one.
pub fn by_official(text: &str) -> Result<Vec<Reading>, String> {
    parse_lines(text)
        .map(|line| {
            let line = line.map_err(|error| error.to_string())?;
            let value = |value: &FieldValue<'_>| match value {
                FieldValue::F64(value) => Value::Float(*value),
                FieldValue::I64(value) => Value::Integer(*value),
                FieldValue::U64(value) => Value::Unsigned(*value),
                FieldValue::Boolean(value) => Value::Boolean(*value),
                FieldValue::String(value) => Value::String(value.to_string()),
            };
            let tags = line.series.tag_set.iter().flatten();
            Ok(Reading {
                name: line.series.measurement.to_string(),
                tags: tags.map(|(key, value)| (key.to_string(), value.to_string())).collect(),
                fields: line.field_set.iter().map(|(key, text)| (key.to_string(), value(text))).collect(),
                ticks: line.timestamp,
            })
        })
        .collect()
}

/// Checks that a text is one line, and says `expected` to both readers.
///
/// The official parser refuses a tab in a measurement, a key or a tag value, unless a backslash stands before
/// it; the other servers keep it. Such a line it may refuse, but never read as something else.
///
/// # Errors
///
/// If a reader reads something else; the message says which, and what.
pub fn check_one(text: &str, expected: &Reading) -> Result<(), String> {
    let wrong = |reader, read| Err(format!("{reader} reads {read:?}\n  from {text:?}\n  not {expected:?}"));
    let read = by_project(text);
    if !read.as_deref().is_ok_and(|read| read == std::slice::from_ref(expected)) {
        return wrong("the project", read);
    }
    let read = by_official(text);
    let right = match &read {
        Ok(read) => read == std::slice::from_ref(expected),
        Err(_) => expected.has_tab(),
    };
    if right { Ok(()) } else { wrong("the official parser", read) }
}

impl Reading {
    /// Whether a tab stands where the parser of 3.x may refuse one.
    pub fn has_tab(&self) -> bool {
        let mut names = (self.tags.iter().flat_map(|(key, value)| [key, value]))
            .chain(self.fields.iter().map(|(key, _)| key))
            .chain([&self.name]);
        names.any(|name| name.contains('\t'))
    }
}

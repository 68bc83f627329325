//! Records as data, and each of the three ways by which data of no fixed type becomes a line.

use influx_core::tuple::{field, row, tag, timestamp};
use influx_core::{
    EncodeError, EncodeOptions, Epoch, FieldSlot, FieldValue, Line, LineBuffer, Measurement, NonFinite,
    Precision, ValueType,
};

use crate::oracle;
pub use crate::oracle::Value;

/// What a caller wants stored; keys may stand twice, and nothing of it need be valid.
#[derive(Debug, Clone)]
pub struct Record {
    /// The measurement.
    pub name: String,
    /// Keys and values, in the order they are written.
    pub tags: Vec<(String, String)>,
    /// Keys and values, in the order they are written.
    pub fields: Vec<(String, Value)>,
    /// The time, as a count of units.
    pub time: Option<(i64, Precision)>,
}

/// How a buffer encodes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The unit of timestamps.
    pub precision: Precision,
    /// Whether the server has unsigned integers.
    pub unsigned: bool,
    /// What becomes of NaN.
    pub non_finite: NonFinite,
    /// Bytes of a string field.
    pub max_string: usize,
    /// Bytes of a series key.
    pub max_series_key: usize,
    /// Tags for records that lack them; valid, and no key twice.
    pub default_tags: Vec<(String, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            precision: Precision::Nanoseconds,
            unsigned: true,
            non_finite: NonFinite::Skip,
            max_string: 1_048_576,
            max_series_key: 65_535,
            default_tags: Vec::new(),
        }
    }
}

impl Settings {
    /// An empty buffer that encodes so.
    ///
    /// # Panics
    ///
    /// If a default tag is not valid.
    #[expect(clippy::panic, reason = "test helper")]
    pub fn buffer(&self) -> LineBuffer {
        let mut options = EncodeOptions::new()
            .precision(self.precision)
            .unsigned(self.unsigned)
            .non_finite(self.non_finite)
            .max_string(self.max_string)
            .max_series_key(self.max_series_key);
        for (key, value) in &self.default_tags {
            options = options
                .default_tag(key, value)
                .unwrap_or_else(|error| panic!("default tag {key:?}={value:?}: {error}"));
        }
        LineBuffer::with_options(options)
    }
}

impl From<&oracle::Point> for Record {
    fn from(point: &oracle::Point) -> Self {
        Record {
            name: point.name.clone(),
            tags: point.tags.clone(),
            fields: point.fields.clone(),
            time: Some((point.time, Precision::Nanoseconds)),
        }
    }
}

impl Record {
    fn epoch(&self) -> Option<Epoch> {
        self.time.map(|(ticks, unit)| Epoch::from_ticks(ticks, unit))
    }

    /// The record as a builder takes it: a key that is set again replaces the value, tags are sorted.
    pub fn replaced(&self) -> Record {
        let mut record = Record { tags: Vec::new(), fields: Vec::new(), ..self.clone() };
        for (key, value) in &self.tags {
            record.tags.retain(|(other, _)| other != key);
            record.tags.push((key.clone(), value.clone()));
        }
        record.tags.sort();
        for (key, value) in &self.fields {
            match record.fields.iter_mut().find(|(other, _)| other == key) {
                Some((_, before)) => before.clone_from(value),
                None => record.fields.push((key.clone(), value.clone())),
            }
        }
        record
    }

    /// Whether the builder keeps it as it is: tags sorted, no key twice.
    pub fn is_settled(&self) -> bool {
        let twice = |i: usize| self.fields[..i].iter().any(|(key, _)| *key == self.fields[i].0);
        self.tags.is_sorted_by(|(a, _), (b, _)| a < b) && !(0..self.fields.len()).any(twice)
    }

    /// The record by the builder.
    pub fn point(&self) -> influx_core::Point {
        let mut point = influx_core::Point::new(self.name.clone()).time(self.epoch());
        for (key, value) in &self.tags {
            point = point.tag(key.clone(), value.as_str());
        }
        for (key, value) in &self.fields {
            let key = key.clone();
            point = match value {
                Value::Float(value) => point.field(key, *value),
                Value::Single(value) => point.field(key, *value),
                Value::Integer(value) => point.field(key, *value),
                Value::Unsigned(value) => point.field(key, *value),
                Value::Boolean(value) => point.field(key, *value),
                Value::String(value) => point.field(key, value.as_str()),
            };
        }
        point
    }
}

/// A record by a hand-written [`Measurement`] that names its keys at run time.
#[derive(Debug, Clone, Copy)]
pub struct Handwritten<'a>(pub &'a Record);

impl Measurement for Handwritten<'_> {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement(&self.0.name);
        for (key, value) in &self.0.tags {
            line.tag(key.as_str()).text(value);
        }
        for (key, value) in &self.0.fields {
            Cell(value).write_field(line.field(key.as_str()));
        }
        line.timestamp(&self.0.epoch());
    }
}

/// A value whose type is only known at run time.
#[derive(Debug, Clone, Copy)]
struct Cell<'a>(&'a Value);

impl FieldValue for Cell<'_> {
    /// Looked at by frames and schemas, not by the encoder.
    const TYPE: ValueType = ValueType::String;

    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        match self.0 {
            Value::Float(value) => value.write_field(slot),
            Value::Single(value) => value.write_field(slot),
            Value::Integer(value) => value.write_field(slot),
            Value::Unsigned(value) => value.write_field(slot),
            Value::Boolean(value) => value.write_field(slot),
            Value::String(value) => value.write_field(slot),
        }
    }
}

/// What became of a record as a tuple.
#[derive(Debug)]
pub enum Tupled {
    /// No row here has its shape.
    Shapeless,
    /// The row was refused.
    NoRow(EncodeError),
    /// The row was made, and the tuple pushed.
    Pushed(Result<(), EncodeError>),
}

/// Pushes a record as a tuple, if it has one of a few shapes.
pub fn push_tuple(record: &Record, buffer: &mut LineBuffer) -> Tupled {
    let Record { name, tags, fields, .. } = record;
    macro_rules! shapes {
        ($([$($t:literal)*] [$($f:literal)*])*) => {$(
            if tags.len() == <[usize]>::len(&[$($t),*]) && fields.len() == <[usize]>::len(&[$($f),*]) {
                let roles = ($(tag(&tags[$t].0),)* timestamp(), $(field(&fields[$f].0),)*);
                return match row(name, roles) {
                    Err(error) => Tupled::NoRow(error),
                    Ok(row) => {
                        let values = ($(tags[$t].1.as_str(),)* record.epoch(), $(Cell(&fields[$f].1),)*);
                        Tupled::Pushed(buffer.push(&row.of(values)))
                    }
                };
            }
        )*};
    }
    shapes! {
        [] [0]
        [] [0 1]
        [0] [0]
        [0] [0 1]
        [0 1] [0]
        [0 1] [0 1]
        [0 1 2] [0 1 2]
    }
    Tupled::Shapeless
}

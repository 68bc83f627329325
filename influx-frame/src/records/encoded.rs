//! From records to columns, by way of their lines: so that what is in a frame is what would be written.

use std::collections::HashMap;

use influx_core::line::read::{self, ParsedLine, Value};
use influx_core::{
    Column, Described, EncodeOptions, LineBuffer, Measurement, Member, NonFinite, Precision, Role, Schema,
    ValueType,
};

use super::RecordsError;
use crate::build::{Bitset, Build, BuildError, Built, BuiltColumn, Growing, Stored, Texts};

/// The column of a measurement that comes from the record, as types are read with.
const MEASUREMENT: &str = "_measurement";

/// The frame of some records.
pub(crate) fn from_records<T: Measurement + Described, F: Build>(records: &[T]) -> Result<F, RecordsError> {
    let mut columns = Columns::new(T::SCHEMA)?;
    let mut lines = LineBuffer::with_options(EncodeOptions::new().non_finite(NonFinite::Error));
    for (record, value) in records.iter().enumerate() {
        lines.clear();
        lines.push(value).map_err(|error| RecordsError::Record { record, error })?;
        let undescribed = |found: String| RecordsError::Undescribed { record, found };
        // one newline ends the line
        let line = lines.as_str().strip_suffix('\n').unwrap_or(lines.as_str());
        let line = read::parse(line).map_err(|error| undescribed(format!("a line that is none: {error}")))?;
        columns.push(&line).map_err(undescribed)?;
    }
    F::build(columns.complete(records.len())).map_err(|BuildError { column, why }| {
        let why = column.map_or(why.clone(), |column| format!("column {column:?}: {why}"));
        RecordsError::Frame { why }
    })
}

/// The columns of a schema, in its order.
struct Columns {
    measurement: Option<&'static str>,
    columns: Vec<(String, Growing)>,
    /// Where tags and fields go.
    places: HashMap<String, usize>,
    /// Where the measurement goes, if it comes from the record.
    name: Option<usize>,
    time: Option<usize>,
    rows: usize,
}

impl Columns {
    fn new(schema: &'static Schema) -> Result<Self, RecordsError> {
        let (columns, places) = (Vec::new(), HashMap::new());
        let mut all =
            Self { measurement: schema.measurement, columns, places, name: None, time: None, rows: 0 };
        if schema.measurement.is_none() {
            all.name = Some(0);
            all.columns.push((MEASUREMENT.to_owned(), Growing::new(Stored::Text(Texts::default()))));
        }
        let leaves = schema.columns();
        let time = time_of(schema, &leaves);
        for column in leaves {
            let stored = match column.role {
                // one of several goes before the others
                Role::Time if all.time.is_some() => continue,
                Role::Time => Stored::Time(Vec::new(), Precision::Nanoseconds),
                Role::Field(ValueType::Float) => Stored::Float(Vec::new()),
                Role::Field(ValueType::Integer) => Stored::Integer(Vec::new()),
                Role::Field(ValueType::Unsigned) => Stored::Unsigned(Vec::new()),
                Role::Field(ValueType::Boolean) => Stored::Boolean(Bitset::default()),
                Role::Field(ValueType::String) | Role::Tag => Stored::Text(Texts::default()),
                // what else there may be is undescribed, should it be written
                _ => continue,
            };
            let place = all.columns.len();
            let name = match column.role {
                Role::Time => time.to_owned(),
                _ => column.name.into_owned(),
            };
            if all.columns.iter().any(|(other, _)| *other == name) {
                return Err(RecordsError::Twice { column: name });
            }
            match stored {
                Stored::Time(..) => all.time = Some(place),
                _ => drop(all.places.insert(name.clone(), place)),
            }
            all.columns.push((name, Growing::new(stored)));
        }
        Ok(all)
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// What it has that the schema does not describe.
    fn push(&mut self, line: &ParsedLine<'_>) -> Result<(), String> {
        match (self.measurement, self.name) {
            (Some(known), _) if known != line.measurement => {
                return Err(format!("the measurement {:?}", line.measurement));
            }
            (None, Some(place)) => self.put(place, &Value::String(line.measurement.as_ref().into())),
            _ => true,
        };
        for (key, value) in &line.tags {
            self.put_named(key, &Value::String(value.as_ref().into()))
                .ok_or_else(|| format!("the tag {key:?}"))?;
        }
        for (key, value) in &line.fields {
            self.put_named(key, value).ok_or_else(|| format!("the field {key:?} as {value:?}"))?;
        }
        if let Some(time) = line.timestamp {
            let place = self.time.ok_or("a time")?;
            self.put(place, &Value::Integer(time));
        }
        self.rows += 1;
        for (_, column) in &mut self.columns {
            column.pad(self.rows);
        }
        Ok(())
    }

    fn put_named(&mut self, key: &str, value: &Value<'_>) -> Option<()> {
        let place = *self.places.get(key)?;
        self.put(place, value).then_some(())
    }

    /// Puts a value into the row in the making; whether it is of the column's type.
    fn put(&mut self, place: usize, value: &Value<'_>) -> bool {
        let Some((_, column)) = self.columns.get_mut(place) else { return false };
        match (&mut column.values, value) {
            (Stored::Float(values), Value::Float(value)) => values.push(*value),
            (Stored::Integer(values) | Stored::Time(values, _), Value::Integer(value)) => values.push(*value),
            (Stored::Unsigned(values), Value::Unsigned(value)) => values.push(*value),
            (Stored::Boolean(bits), Value::Boolean(value)) => bits.push(*value),
            (Stored::Text(texts), Value::String(value)) => texts.push(value.as_bytes()),
            _ => return false,
        }
        column.grown();
        true
    }

    fn complete(self, rows: usize) -> Built {
        let columns = self.columns.into_iter().map(|(name, mut column)| {
            let (values, valid) = column.take();
            BuiltColumn { name, group: false, values, valid }
        });
        Built { columns: columns.collect(), rows }
    }
}

/// What the column of the times is called: as the record's own member, which the type reads again. A time that is
/// flattened, or beside one that is, is read from `time`.
fn time_of(schema: &'static Schema, leaves: &[Column]) -> &'static str {
    let own = schema.members.iter().find_map(|member| match member {
        Member::Time { name, .. } => Some(*name),
        _ => None,
    });
    let times = leaves.iter().filter(|leaf| leaf.role == Role::Time).count();
    own.filter(|_| times == 1).unwrap_or("time")
}

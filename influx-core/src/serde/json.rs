//! Records as JSON: objects with `measurement`, `tags`, `fields` and `time`.

use std::borrow::Cow;

use ::serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::members::Members;
use super::scalar::{Scalar, shortened};
use crate::line::{Line, Measurement, Part, Precision, ValueType};

/// One record in JSON.
///
/// | key | | value |
/// | --- | --- | --- |
/// | `measurement` | required | text |
/// | `tags` | | an object of text, integers and booleans |
/// | `fields` | required | an object of numbers, text and booleans, one of them at the least |
/// | `time` | | an integer in [nanoseconds](Self::time_unit), or text by RFC 3339 with its offset |
/// | `field_types` | | an object that makes fields `"int"`, `"uint"` or `"float"`, whatever their value looks like |
///
/// A number without fraction and exponent is an integer (`42i`), another a float. `null` leaves the tag, the field or the
/// time out, and so does empty text as a tag. Tags are written sorted by key.
///
/// It is made of a [`Value`] by [`record`] or `From`, of text by [`parse`], and of every other format by `Deserialize`.
///
/// ```
/// use influx_core::{LineBuffer, serde::json};
///
/// let records = json::parse(r#"
///     {"measurement": "cpu", "tags": {"host": "web 1"}, "fields": {"usage": 1.5, "cores": 8}, "time": 1700000000000000000}
///     {"measurement": "cpu", "fields": {"usage": 2}, "field_types": {"usage": "float"}, "time": "2023-11-14T22:13:21Z"}
/// "#)?;
/// let mut lines = LineBuffer::new();
/// for record in &records {
///     lines.push(record)?;
/// }
/// assert_eq!(
///     lines.as_str(),
///     "cpu,host=web\\ 1 cores=8i,usage=1.5 1700000000000000000\ncpu usage=2 1700000001000000000\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Whatever JSON it is, it becomes a record; when it is pushed or written, an [`EncodeError`](crate::EncodeError) names
/// the key that is unknown, missing or of a wrong type, or holds another list or object. An integer above 2⁶³ − 1 is refused
/// unless its field is a `"uint"`. Of a key that stands twice in an object the last value counts, as everywhere in
/// `serde_json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    value: Cow<'a, Value>,
    unit: Precision,
}

/// The record that a JSON value states.
pub fn record(value: &Value) -> Record<'_> {
    Record { value: Cow::Borrowed(value), unit: Precision::default() }
}

/// The records of a text: one object, several behind one another (as in JSON lines), or lists of them.
///
/// # Errors
///
/// The text is no JSON; the error has line and column. What the records say is judged when they are pushed or written.
pub fn parse(text: &str) -> Result<Vec<Record<'static>>, serde_json::Error> {
    let mut records = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter() {
        match value? {
            Value::Array(values) => records.extend(values.into_iter().map(Record::from)),
            value => records.push(Record::from(value)),
        }
    }
    Ok(records)
}

impl Record<'_> {
    /// The unit of a time that is an integer. Default: nanoseconds. Text has none, and needs none.
    #[must_use]
    pub fn time_unit(mut self, unit: Precision) -> Self {
        self.unit = unit;
        self
    }
}

impl From<Value> for Record<'static> {
    fn from(value: Value) -> Self {
        Record { value: Cow::Owned(value), unit: Precision::default() }
    }
}

impl<'de> Deserialize<'de> for Record<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Record::from)
    }
}

impl Measurement for Record<'_> {
    fn encode(&self, line: &mut Line<'_>) {
        let Value::Object(object) = &*self.value else {
            return line.fail(format_args!("a record is a JSON object, this is {}", what(&self.value)));
        };
        const KNOWN: [&str; 5] = ["measurement", "tags", "fields", "time", "field_types"];
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            let shown = shortened(unknown);
            let reason = format!("unknown key {shown:?}: a record in JSON has {}", KNOWN.join(", "));
            return line.refuse_member(Part::Record, unknown, reason);
        }
        match object.get("measurement") {
            Some(Value::String(name)) => line.measurement(name),
            other => return refuse(line, "measurement", "text", other),
        }
        match object.get("tags") {
            None | Some(Value::Null) => {}
            Some(Value::Object(tags)) => members(tags).write_tags(line, |_| true),
            other => return refuse(line, "tags", "an object", other),
        }
        let types = match object.get("field_types") {
            None | Some(Value::Null) => None,
            Some(Value::Object(types)) => Some(types),
            other => return refuse(line, "field_types", "an object", other),
        };
        match object.get("fields") {
            Some(Value::Object(fields)) => {
                for (key, value) in fields {
                    match types.and_then(|types| types.get(key)).map(wanted).transpose() {
                        Ok(wanted) => scalar(value).write_field(line.field(key), wanted),
                        Err(reason) => return line.refuse_member(Part::Field, key, reason),
                    }
                }
            }
            other => return refuse(line, "fields", "an object", other),
        }
        if let Some(time) = object.get("time") {
            scalar(time).write_time(line, "time", self.unit);
        }
    }
}

/// Refuses a record for a key that is missing or of a wrong type.
#[cold]
fn refuse(line: &mut Line<'_>, key: &str, expected: &str, found: Option<&Value>) {
    let found = found.map_or("not there", what);
    line.refuse_member(Part::Record, key, format_args!("the key {key:?} must be {expected}, and is {found}"));
}

/// The type that `field_types` asks for.
fn wanted(name: &Value) -> Result<ValueType, String> {
    match name.as_str() {
        Some("int") => Ok(ValueType::Integer),
        Some("uint") => Ok(ValueType::Unsigned),
        Some("float") => Ok(ValueType::Float),
        Some(other) => Err(format!("its type is \"int\", \"uint\" or \"float\", not {:?}", shortened(other))),
        None => Err(format!("its type is \"int\", \"uint\" or \"float\", this is {}", what(name))),
    }
}

fn members(object: &Map<String, Value>) -> Members {
    object.iter().map(|(key, value)| (key.clone(), scalar(value))).collect()
}

fn scalar(value: &Value) -> Scalar {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Boolean(*value),
        Value::String(text) => Scalar::Text(text.clone()),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => Scalar::Integer(number),
            (None, Some(number), _) => Scalar::Large(number),
            (None, None, Some(number)) => Scalar::Float(number),
            (None, None, None) => Scalar::Other("a number beyond 64 bits"),
        },
        Value::Array(_) | Value::Object(_) => Scalar::Other(what(value)),
    }
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

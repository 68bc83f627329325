//! A point as it is stored.

use std::collections::BTreeMap;

use crate::line::read::Value;

/// A point as stored: one series, one time.
///
/// ```
/// use influx_core::testing::StoredPoint;
///
/// let point = StoredPoint::new("climate", 5).tag("room", "hall").field("temperature", 21.5);
/// assert_eq!(point.fields["temperature"], 21.5.into());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredPoint {
    /// The measurement's name.
    pub measurement: String,
    /// The tags by key.
    pub tags: BTreeMap<String, String>,
    /// The fields by key, of all writes to this series and time.
    pub fields: BTreeMap<String, StoredValue>,
    /// Nanoseconds since 1970.
    pub time: i64,
}

/// The value of a stored field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StoredValue {
    /// A double.
    Float(f64),
    /// A signed integer.
    Integer(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// True or false.
    Boolean(bool),
    /// A text.
    String(String),
}

impl StoredPoint {
    /// A point without tags and fields, to compare with what a server stored; `time` is in nanoseconds.
    #[must_use]
    pub fn new(measurement: impl Into<String>, time: i64) -> Self {
        Self { measurement: measurement.into(), tags: BTreeMap::new(), fields: BTreeMap::new(), time }
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, key: impl Into<String>, value: impl Into<StoredValue>) -> Self {
        self.fields.insert(key.into(), value.into());
        self
    }
}

macro_rules! stored_value_from {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$type> for StoredValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )+};
}

stored_value_from! { f64 => Float, i64 => Integer, u64 => Unsigned, bool => Boolean, &str => String, String => String }

impl From<Value<'_>> for StoredValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Float(value) => Self::Float(value),
            Value::Integer(value) => Self::Integer(value),
            Value::Unsigned(value) => Self::Unsigned(value),
            Value::Boolean(value) => Self::Boolean(value),
            Value::String(value) => Self::String(value.into_owned()),
        }
    }
}

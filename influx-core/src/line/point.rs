//! A record made at run time.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::cursor::AnyKey;
use super::{EncodeError, EncodeOptions, Epoch, Line, LineBuffer, Measurement, Precision, Timestamp};

/// A record whose names are only known at run time.
///
/// Tags are written sorted by key, fields in the order they were set. A key that is set again replaces the
/// value; an empty tag, and a value that is `None`, is left out. Names and values are judged when the point is
/// pushed: building one never fails. For records of a fixed shape,
/// `#[derive(Measurement)]` is several times faster and checked by the compiler.
///
/// ```
/// use influx_core::{LineBuffer, Nanos, Point};
///
/// let point = Point::new("h2o")
///     .tag("location", "coyote creek")
///     .tag("gauge", 7)
///     .field("level", 5.25)
///     .field("samples", 12)
///     .field("comment", Some("below 6 feet"))
///     .time(Nanos(1_566_086_400_000_000_000));
///
/// let mut buffer = LineBuffer::new();
/// buffer.push(&point)?;
/// assert_eq!(
///     buffer.as_str(),
///     "h2o,gauge=7,location=coyote\\ creek level=5.25,samples=12i,comment=\"below 6 feet\" 1566086400000000000\n",
/// );
/// # Ok::<(), influx_core::EncodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    measurement: Cow<'static, str>,
    tags: Vec<(Cow<'static, str>, String)>,
    fields: Vec<(Cow<'static, str>, PointValue)>,
    time: Option<Epoch>,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Float(f64),
    Float32(f32),
    Integer(i64),
    Unsigned(u64),
    Boolean(bool),
    String(String),
}

impl Point {
    /// A point of a measurement, without tags, fields or time.
    pub fn new(measurement: impl Into<Cow<'static, str>>) -> Self {
        Point { measurement: measurement.into(), tags: Vec::new(), fields: Vec::new(), time: None }
    }

    /// Sets a tag: text, `char`, an integer or `bool`. `None` and empty text leave it out.
    #[must_use]
    pub fn tag(mut self, key: impl Into<Cow<'static, str>>, value: impl PointTag) -> Self {
        let key = key.into();
        let place = self.tags.binary_search_by(|(other, _)| other.as_ref().cmp(&key));
        match (place, value.into_tag()) {
            (Ok(at), Some(value)) => self.tags[at].1 = value,
            (Err(at), Some(value)) => self.tags.insert(at, (key, value)),
            (Ok(at), None) => drop(self.tags.remove(at)),
            (Err(_), None) => {}
        }
        self
    }

    /// Sets a field: `f64`, `f32`, an integer, `bool` or text. `None` leaves it out.
    #[must_use]
    pub fn field(mut self, key: impl Into<Cow<'static, str>>, value: impl PointField) -> Self {
        let key = key.into();
        let place = self.fields.iter().position(|(other, _)| *other == key);
        match (place, value.into_field()) {
            (Some(at), Some(value)) => self.fields[at].1 = value,
            (None, Some(value)) => self.fields.push((key, value)),
            (Some(at), None) => drop(self.fields.remove(at)),
            (None, None) => {}
        }
        self
    }

    /// Sets the time. Without one, or with `None`, the server stamps the point.
    #[must_use]
    pub fn time(mut self, time: impl Timestamp) -> Self {
        self.time = time.to_epoch();
        self
    }

    /// The point as one line, without a newline at its end.
    ///
    /// # Errors
    /// As [`LineBuffer::push`].
    pub fn to_line_protocol(&self, precision: Precision) -> Result<String, EncodeError> {
        let mut buffer = LineBuffer::with_options(EncodeOptions::new().precision(precision));
        buffer.push(self)?;
        Ok(buffer.line(0).unwrap_or_default().to_owned())
    }
}

impl Measurement for Point {
    fn encode(&self, line: &mut Line<'_>) {
        line.named(&self.measurement);
        for (key, value) in &self.tags {
            line.tag_slot(AnyKey::Named(key)).text(value);
        }
        for (key, value) in &self.fields {
            let slot = line.field_slot(AnyKey::Named(key));
            match &value.0 {
                Value::Float(value) => slot.float(*value),
                Value::Float32(value) => slot.float32(*value),
                Value::Integer(value) => slot.integer(*value),
                Value::Unsigned(value) => slot.unsigned(*value),
                Value::Boolean(value) => slot.boolean(*value),
                Value::String(value) => slot.string(value),
            }
        }
        line.timestamp(&self.time);
    }
}

/// What [`Point::tag`] takes.
pub trait PointTag {
    /// The value's text, or `None` to leave the tag out.
    fn into_tag(self) -> Option<String>;
}

/// What [`Point::field`] takes.
pub trait PointField {
    /// The value, or `None` to leave the field out.
    fn into_field(self) -> Option<PointValue>;
}

/// The value of a point's field. Other types make theirs from one that [`PointField`] is implemented for.
#[derive(Debug, Clone, PartialEq)]
pub struct PointValue(Value);

macro_rules! values {
    ($($($type:ty)+ => $variant:ident as $wide:ty;)*) => {$($(
        impl PointTag for $type {
            fn into_tag(self) -> Option<String> {
                Some(self.to_string())
            }
        }
        impl PointField for $type {
            fn into_field(self) -> Option<PointValue> {
                Some(PointValue(Value::$variant(<$wide>::from(self))))
            }
        }
    )+)*};
}

values! {
    bool => Boolean as bool;
    i8 i16 i32 i64 u8 u16 u32 => Integer as i64;
    u64 => Unsigned as u64;
    &str char String Cow<'_, str> => String as String;
}

impl PointTag for usize {
    fn into_tag(self) -> Option<String> {
        Some(self.to_string())
    }
}

impl PointField for usize {
    fn into_field(self) -> Option<PointValue> {
        Some(PointValue(Value::Unsigned(self as u64)))
    }
}

impl PointTag for isize {
    fn into_tag(self) -> Option<String> {
        Some(self.to_string())
    }
}

impl PointField for isize {
    fn into_field(self) -> Option<PointValue> {
        Some(PointValue(Value::Integer(self as i64)))
    }
}

impl PointField for f64 {
    fn into_field(self) -> Option<PointValue> {
        Some(PointValue(Value::Float(self)))
    }
}

impl PointField for f32 {
    fn into_field(self) -> Option<PointValue> {
        Some(PointValue(Value::Float32(self)))
    }
}

/// Text in other owners.
macro_rules! texts {
    ($($type:ty)*) => {$(
        impl PointTag for $type {
            fn into_tag(self) -> Option<String> {
                let text: &str = &self;
                text.into_tag()
            }
        }
        impl PointField for $type {
            fn into_field(self) -> Option<PointValue> {
                let text: &str = &self;
                text.into_field()
            }
        }
    )*};
}

texts! { &&str &String &Cow<'_, str> Box<str> &Box<str> Rc<str> &Rc<str> Arc<str> &Arc<str> }

/// References to values, as maps and slices give them.
macro_rules! copied {
    ($($type:ty)*) => {$(
        impl PointTag for &$type {
            fn into_tag(self) -> Option<String> {
                (*self).into_tag()
            }
        }
        impl PointField for &$type {
            fn into_field(self) -> Option<PointValue> {
                (*self).into_field()
            }
        }
    )*};
}

copied! { bool i8 i16 i32 i64 isize u8 u16 u32 u64 usize char }

impl PointField for &f64 {
    fn into_field(self) -> Option<PointValue> {
        (*self).into_field()
    }
}

impl PointField for &f32 {
    fn into_field(self) -> Option<PointValue> {
        (*self).into_field()
    }
}

impl<T: PointTag> PointTag for Option<T> {
    fn into_tag(self) -> Option<String> {
        self?.into_tag()
    }
}

impl<T: PointField> PointField for Option<T> {
    fn into_field(self) -> Option<PointValue> {
        self?.into_field()
    }
}

//! One member's value, as serde hands it over.

use std::fmt::Display;

use ::serde::ser::{Error, Impossible, Serialize, Serializer};

use crate::line::{Epoch, FieldSlot, Line, Part, Precision, TagSlot, ValueType, rfc3339};

/// The value of a member.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// `None`, or nothing at all: the member is left out.
    Null,
    Boolean(bool),
    Integer(i64),
    /// An integer of a type without sign and of 64 bits.
    Unsigned(u64),
    /// An integer that a map holds, which knows no types, and that is too large for an [`Integer`](Self::Integer).
    Large(u64),
    Float(f64),
    Float32(f32),
    Text(String),
    /// No value that a member can have; this is what it is.
    Other(&'static str),
    /// Its own code refused to serialise it.
    Refused(String),
}

impl Scalar {
    /// Writes a tag, if it is a value for one.
    pub(super) fn write_tag(&self, slot: TagSlot<'_, '_>) {
        match self {
            Scalar::Null => {}
            Scalar::Boolean(value) => slot.boolean(*value),
            Scalar::Integer(value) => slot.integer(*value),
            Scalar::Unsigned(value) | Scalar::Large(value) => slot.unsigned(*value),
            Scalar::Text(value) => slot.text(value),
            Scalar::Refused(reason) => slot.fail(reason),
            Scalar::Float(_) | Scalar::Float32(_) | Scalar::Other(_) => {
                slot.fail(format_args!("a tag is text, an integer or a boolean, this is {}", self.what()));
            }
        }
    }

    /// Writes a field, if it is a value for one; `wanted` is another type than its own.
    pub(super) fn write_field(&self, slot: FieldSlot<'_, '_>, wanted: Option<ValueType>) {
        let slot = match wanted {
            Some(wanted) => slot.__coerce(wanted),
            None => slot,
        };
        match self {
            Scalar::Null => {}
            Scalar::Boolean(value) => slot.boolean(*value),
            Scalar::Integer(value) => slot.integer(*value),
            Scalar::Large(value) if wanted.is_none() => slot.fail(format_args!(
                "{value} is above the largest integer, 9223372036854775807: make the field an unsigned integer"
            )),
            Scalar::Unsigned(value) | Scalar::Large(value) => slot.unsigned(*value),
            Scalar::Float(value) => slot.float(*value),
            Scalar::Float32(value) => slot.float32(*value),
            Scalar::Text(value) => slot.string(value),
            Scalar::Refused(reason) => slot.fail(reason),
            Scalar::Other(what) => {
                slot.fail(format_args!("a field is a number, text or a boolean, this is {what}"));
            }
        }
    }

    /// Writes the time, in `unit` if it is an integer.
    pub(super) fn write_time(&self, line: &mut Line<'_>, key: &str, unit: Precision) {
        let epoch = match self {
            Scalar::Null => return,
            Scalar::Integer(ticks) => Epoch::from_ticks(*ticks, unit),
            // beyond i64 it is out of range in every unit
            Scalar::Unsigned(ticks) | Scalar::Large(ticks) => {
                Epoch::from_ticks(i64::try_from(*ticks).unwrap_or(i64::MAX), unit)
            }
            Scalar::Text(text) => match rfc3339::parse(text) {
                Ok(epoch) => epoch,
                Err(reason) => {
                    let reason = format_args!("{:?} {reason}", shortened(text));
                    return line.refuse_member(Part::Timestamp, key, reason);
                }
            },
            Scalar::Refused(reason) => return line.refuse_member(Part::Timestamp, key, reason),
            _ => {
                let reason =
                    format_args!("a time is an integer or text by RFC 3339, this is {}", self.what());
                return line.refuse_member(Part::Timestamp, key, reason);
            }
        };
        line.timestamp(&epoch);
    }

    /// What it is, for messages.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Scalar::Null => "nothing",
            Scalar::Boolean(_) => "a boolean",
            Scalar::Integer(_) | Scalar::Unsigned(_) | Scalar::Large(_) => "an integer",
            Scalar::Float(_) | Scalar::Float32(_) => "a float",
            Scalar::Text(_) => "text",
            Scalar::Other(what) => what,
            Scalar::Refused(_) => "a value that cannot be serialised",
        }
    }
}

/// So much of a text as a message shows.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

/// Why a value is no scalar, or no record.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is something else.
    Shape(&'static str),
    /// Its own code says so.
    Custom(String),
}

impl Error for Refusal {
    fn custom<T: Display>(reason: T) -> Self {
        Refusal::Custom(reason.to_string())
    }
}

impl std::error::Error for Refusal {}

impl Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Refusal::Shape(what) => what,
            Refusal::Custom(reason) => reason,
        })
    }
}

/// Takes one value; a member's value is one that is not put together of others.
pub(super) struct ScalarSerializer {
    /// Whether the value stands in a map, where integers have no types.
    pub(super) untyped: bool,
}

/// The value of a member, whatever it is.
pub(super) fn scalar<T: Serialize + ?Sized>(value: &T, untyped: bool) -> Scalar {
    match value.serialize(ScalarSerializer { untyped }) {
        Ok(scalar) => scalar,
        Err(Refusal::Shape(what)) => Scalar::Other(what),
        Err(Refusal::Custom(reason)) => Scalar::Refused(reason),
    }
}

type Never = Impossible<Scalar, Refusal>;

macro_rules! scalars {
    ($($method:ident($type:ty) => $variant:ident;)*) => {$(
        fn $method(self, value: $type) -> Result<Scalar, Refusal> {
            Ok(Scalar::$variant(value.into()))
        }
    )*};
}

/// The methods of a serializer for what it does not take.
macro_rules! refused_shapes {
    ($($method:ident($($argument:ty),*) -> $end:ty, $what:literal;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$end, Refusal> {
            Err(Refusal::Shape($what))
        }
    )*};
}
pub(super) use refused_shapes;

impl Serializer for ScalarSerializer {
    type Ok = Scalar;
    type Error = Refusal;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    scalars! {
        serialize_bool(bool) => Boolean;
        serialize_i8(i8) => Integer;
        serialize_i16(i16) => Integer;
        serialize_i32(i32) => Integer;
        serialize_i64(i64) => Integer;
        serialize_u8(u8) => Integer;
        serialize_u16(u16) => Integer;
        serialize_u32(u32) => Integer;
        serialize_f32(f32) => Float32;
        serialize_f64(f64) => Float;
        serialize_char(char) => Text;
        serialize_str(&str) => Text;
    }

    fn serialize_u64(self, value: u64) -> Result<Scalar, Refusal> {
        Ok(match (self.untyped, i64::try_from(value)) {
            (true, Ok(value)) => Scalar::Integer(value),
            (true, Err(_)) => Scalar::Large(value),
            (false, _) => Scalar::Unsigned(value),
        })
    }

    fn serialize_none(self) -> Result<Scalar, Refusal> {
        Ok(Scalar::Null)
    }

    fn serialize_unit(self) -> Result<Scalar, Refusal> {
        Ok(Scalar::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Scalar, Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Scalar, Refusal> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<Scalar, Refusal> {
        Ok(Scalar::Text(name.to_owned()))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Scalar, Refusal> {
        Err(Refusal::Shape("a variant with data"))
    }

    refused_shapes! {
        serialize_i128(i128) -> Scalar, "an integer of 128 bits";
        serialize_u128(u128) -> Scalar, "an integer of 128 bits";
        serialize_bytes(&[u8]) -> Scalar, "bytes";
        serialize_unit_struct(&'static str) -> Scalar, "a struct without members";
        serialize_seq(Option<usize>) -> Never, "a sequence";
        serialize_tuple(usize) -> Never, "a tuple";
        serialize_tuple_struct(&'static str, usize) -> Never, "a tuple";
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never, "a variant with data";
        serialize_map(Option<usize>) -> Never, "a map; its members can be lifted by `#[serde(flatten)]`";
        serialize_struct(&'static str, usize) -> Never, "a struct; its members can be lifted by `#[serde(flatten)]`";
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never, "a variant with data";
    }
}

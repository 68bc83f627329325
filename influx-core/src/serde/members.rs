//! The members of a value in the order in which serde hands them over.

use ::serde::ser::{Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use super::scalar::{Refusal, Scalar, ScalarSerializer, refused_shapes, scalar};
use crate::line::Line;

/// Keys and values of a struct or map.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(String, Scalar)>);

impl Members {
    /// The members of a value.
    ///
    /// # Errors
    ///
    /// It is neither a struct nor a map, or its own code refuses it.
    pub(super) fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, String> {
        value.serialize(RecordSerializer).map_err(|refusal| match refusal {
            Refusal::Shape(what) => format!("a record is a struct or a map, this is {what}"),
            Refusal::Custom(reason) => reason,
        })
    }

    /// Writes those that are tags, sorted by key.
    pub(super) fn write_tags(&self, line: &mut Line<'_>, is_tag: impl Fn(&str) -> bool) {
        let mut tags: Vec<_> = self.iter().filter(|(key, _)| is_tag(key)).collect();
        tags.sort_by_key(|(key, _)| *key);
        for (key, value) in tags {
            value.write_tag(line.tag(key));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Scalar)> + Clone {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Scalar> {
        self.iter().find(|(other, _)| *other == key).map(|(_, value)| value)
    }
}

impl FromIterator<(String, Scalar)> for Members {
    fn from_iter<I: IntoIterator<Item = (String, Scalar)>>(members: I) -> Self {
        Members(members.into_iter().collect())
    }
}

/// Takes a value that has members.
struct RecordSerializer;

/// The members so far of a struct, or of a map with the key that waits for its value.
#[derive(Default)]
struct Collector {
    members: Members,
    key: Option<String>,
}

type Never = Impossible<Members, Refusal>;

impl SerializeStruct for Collector {
    type Ok = Members;
    type Error = Refusal;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        self.members.0.push((key.to_owned(), scalar(value, false)));
        Ok(())
    }

    fn end(self) -> Result<Members, Refusal> {
        Ok(self.members)
    }
}

impl SerializeMap for Collector {
    type Ok = Members;
    type Error = Refusal;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refusal> {
        self.key = Some(match key.serialize(ScalarSerializer { untyped: true })? {
            Scalar::Text(text) => text,
            Scalar::Integer(number) => number.to_string(),
            Scalar::Large(number) => number.to_string(),
            Scalar::Boolean(value) => value.to_string(),
            other => return Err(Refusal::Custom(format!("a key is text, this is {}", other.what()))),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        let key = self.key.take().ok_or(Refusal::Shape("a map that gives a value without its key"))?;
        self.members.0.push((key, scalar(value, true)));
        Ok(())
    }

    fn end(self) -> Result<Members, Refusal> {
        Ok(self.members)
    }
}

impl Serializer for RecordSerializer {
    type Ok = Members;
    type Error = Refusal;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Collector;
    type SerializeStruct = Collector;
    type SerializeStructVariant = Never;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Collector, Refusal> {
        Ok(Collector::default())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Collector, Refusal> {
        Ok(Collector::default())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Members, Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Members, Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Members, Refusal> {
        Err(Refusal::Shape("a variant with data; `#[serde(tag = \"…\")]` makes its name a member"))
    }

    refused_shapes! {
        serialize_bool(bool) -> Members, "a boolean";
        serialize_i8(i8) -> Members, "an integer";
        serialize_i16(i16) -> Members, "an integer";
        serialize_i32(i32) -> Members, "an integer";
        serialize_i64(i64) -> Members, "an integer";
        serialize_i128(i128) -> Members, "an integer";
        serialize_u8(u8) -> Members, "an integer";
        serialize_u16(u16) -> Members, "an integer";
        serialize_u32(u32) -> Members, "an integer";
        serialize_u64(u64) -> Members, "an integer";
        serialize_u128(u128) -> Members, "an integer";
        serialize_f32(f32) -> Members, "a float";
        serialize_f64(f64) -> Members, "a float";
        serialize_char(char) -> Members, "text";
        serialize_str(&str) -> Members, "text";
        serialize_bytes(&[u8]) -> Members, "bytes";
        serialize_none() -> Members, "nothing";
        serialize_unit() -> Members, "nothing";
        serialize_unit_struct(&'static str) -> Members, "a struct without members";
        serialize_unit_variant(&'static str, u32, &'static str) -> Members, "a variant without data";
        serialize_seq(Option<usize>) -> Never, "a sequence: write its elements one by one";
        serialize_tuple(usize) -> Never, "a tuple";
        serialize_tuple_struct(&'static str, usize) -> Never, "a tuple";
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never, "a variant with data";
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never,
            "a variant with data; `#[serde(tag = \"…\")]` makes its name a member";
    }
}

//! Names and tags that are checked and escaped once, at run time, and written many times.
//!
//! What columns of a frame are made of. Hidden: whoever writes them has seen to it that no key stands twice.
#![allow(missing_docs)]

use super::error::{EncodeError, EncodeErrorKind, Part};
use super::key::{self, Key, Name};
use super::literal::{Literal, OwnedLiteral};
use super::{Line, escape};

/// A measurement.
#[derive(Debug, Clone)]
pub struct ReadyName(OwnedLiteral);

/// The key of a tag or a field.
#[derive(Debug, Clone)]
pub struct ReadyKey(OwnedLiteral);

/// A tag with its value.
#[derive(Debug, Clone)]
pub struct ReadyTag(OwnedLiteral);

impl ReadyName {
    pub fn new(name: &str) -> Result<Self, EncodeError> {
        match escape::measurement_flaw(name) {
            None => Ok(Self(key::owned_name(name))),
            Some(flaw) => Err(refused(Part::Measurement, name, EncodeErrorKind::Name(flaw))),
        }
    }

    #[inline(always)]
    pub fn write(&self, line: &mut Line<'_>) {
        line.name(Name(self.0.as_literal()));
    }
}

impl ReadyKey {
    pub fn new(part: Part, name: &str) -> Result<Self, EncodeError> {
        match escape::key_flaw(name) {
            None => Ok(Self(key::owned_key(name))),
            Some(flaw) => Err(refused(part, name, EncodeErrorKind::Name(flaw))),
        }
    }

    #[inline(always)]
    pub fn as_key(&self) -> Key<'_> {
        Key(self.0.as_literal())
    }
}

impl ReadyTag {
    /// `None`: an empty value, which leaves the tag out. The key is checked already.
    pub fn new(key: &str, value: &str) -> Result<Option<Self>, EncodeError> {
        if value.is_empty() {
            return Ok(None);
        }
        match escape::flaw(value) {
            None => Ok(Some(Self(OwnedLiteral::new(&key::owned_tag(key, value))))),
            Some(flaw) => Err(refused(Part::Tag, key, EncodeErrorKind::Value(flaw))),
        }
    }

    #[inline(always)]
    pub fn write(&self, line: &mut Line<'_>) {
        let literal: Literal<'_> = self.0.as_literal();
        line.constant_tag(Key(literal));
    }
}

/// Keeps an error that was found before: of a tag that is ready, and cannot be written.
#[inline(always)]
pub fn refuse(line: &mut Line<'_>, error: &EncodeError) {
    line.state.fail(error.clone());
}

#[cold]
fn refused(part: Part, name: &str, kind: EncodeErrorKind) -> EncodeError {
    EncodeError::new(kind, part, Some(name.to_owned()).filter(|name| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::{LineBuffer, Measurement, Point, private};

    struct Ready(ReadyName, ReadyTag, ReadyKey, ReadyKey);

    impl Measurement for Ready {
        fn encode(&self, line: &mut Line<'_>) {
            self.0.write(line);
            self.1.write(line);
            private::tag(line, self.2.as_key()).text("x y");
            private::field(line, self.3.as_key()).float(1.5);
        }
    }

    #[test]
    fn what_is_ready_is_written_as_a_point_is() {
        let names = ["host", "a b", "a,b=c", "ключ", "\"q\""];
        for name in names {
            let ready = Ready(
                ReadyName::new(name).unwrap(),
                ReadyTag::new("a", name).unwrap().unwrap(),
                ReadyKey::new(Part::Tag, &format!("b{name}")).unwrap(),
                ReadyKey::new(Part::Field, name).unwrap(),
            );
            let point = Point::new(name).tag("a", name).tag(format!("b{name}"), "x y").field(name, 1.5);
            let (mut one, mut other) = (LineBuffer::new(), LineBuffer::new());
            one.push(&ready).unwrap();
            other.push(&point).unwrap();
            assert_eq!(one.as_str(), other.as_str());
        }
    }

    #[test]
    fn what_servers_read_differently_is_refused_with_its_name() {
        assert!(ReadyTag::new("t", "").unwrap().is_none());
        let tag = ReadyTag::new("t", "a\nb").unwrap_err();
        assert_eq!(tag.to_string(), "tag \"t\": the value contains a newline, which would end the line");
        assert!(ReadyKey::new(Part::Field, "time").unwrap_err().to_string().starts_with("field \"time\": "));
        assert!(ReadyName::new("#").unwrap_err().to_string().starts_with("measurement \"#\": "));
    }
}

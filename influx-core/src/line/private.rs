//! What generated code calls: no part of the public interface, and free to change in any release.
#![allow(missing_docs)]

pub use super::key::{Name, Prefix};
pub use super::ready;
pub use crate::{__from_value as from_value, __name as name, __prefix as prefix, __tag as tag_literal, key};

use super::cursor::AnyKey;
use super::error::Flaw;
use super::escape::{self, Special};
use super::literal::{self, Literal};
use super::{Epoch, FieldSlot, Group, Key, Line, NonFinite, Schema, TagSlot, Ticks, TimeUnit, ValueType};

#[inline(always)]
pub fn measurement(line: &mut Line<'_>, name: Name<'_>) {
    line.name(name);
}

#[inline(always)]
pub fn measurement_named(line: &mut Line<'_>, name: &str) {
    line.named(name);
}

/// Before a group is flattened: keys of one that was written by hand are checked when the line ends.
#[inline(always)]
pub fn flattens<G: Group + ?Sized>(line: &mut Line<'_>) {
    if !G::__DERIVED {
        line.check_keys();
    }
}

#[inline(always)]
pub fn tag<'l, 'b>(line: &'l mut Line<'b>, key: Key<'l>) -> TagSlot<'l, 'b> {
    line.tag_slot(AnyKey::Escaped(key))
}

#[inline(always)]
pub fn constant_tag(line: &mut Line<'_>, tag: Key<'_>) {
    line.constant_tag(tag);
}

#[inline(always)]
pub fn field<'l, 'b>(line: &'l mut Line<'b>, key: Key<'l>) -> FieldSlot<'l, 'b> {
    line.field_slot(AnyKey::Escaped(key))
}

#[inline(always)]
pub fn prefixed<'b>(line: &mut Line<'b>, prefix: Prefix<'_>, group: impl FnOnce(&mut Line<'b>)) {
    line.prefixed(prefix, group);
}

#[inline(always)]
pub fn non_finite(line: &mut Line<'_>, non_finite: impl Into<Option<NonFinite>>) -> Option<NonFinite> {
    line.set_non_finite(non_finite.into())
}

#[inline(always)]
pub fn timestamp_in<U: TimeUnit, T: Ticks + ?Sized>(line: &mut Line<'_>, ticks: &T) {
    line.timestamp(&ticks.ticks().map(|ticks| Epoch::from_ticks(ticks, U::UNIT)));
}

/// Refuses keys that stand twice, and `time`, where groups are joined.
pub const fn check_unique(schema: &'static Schema) {
    schema.check_unique();
}

/// Whether `as = "…"` may turn one type into the other: a string is nothing else, and only a boolean is a
/// boolean; the rest is checked value by value.
#[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
pub const fn check_coercible(from: ValueType, to: ValueType) {
    use ValueType::{Boolean, Float, Integer, String, Unsigned};
    match (from, to) {
        (String, String) | (Boolean, Boolean) => {}
        (Float | Integer | Unsigned | Boolean, Float | Integer | Unsigned | String) => {}
        (String, _) => panic!("`as` cannot turn a string into another type: convert it in `with = \"path\"`"),
        (_, Boolean) => panic!("`as = \"boolean\"` takes a boolean: convert the value in `with = \"path\"`"),
    }
}

/// How values of a type are read: nothing, where there is no client whose answers they would be in.
#[cfg(feature = "client")]
#[doc(hidden)]
#[macro_export]
macro_rules! __from_value {
    ($($item:tt)*) => { $($item)* };
}

#[cfg(not(feature = "client"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __from_value {
    ($($item:tt)*) => {};
}

// === Behind the macros: in pairs, as arrays need their length first ===

pub const fn key_len(name: &str) -> usize {
    escape::escaped_len(name, Special::Name) + 2
}

pub const fn key_text<const N: usize>(name: &str) -> [u8; N] {
    refuse(escape::key_flaw(name));
    let mut text = [0; N];
    text[0] = b',';
    let end = escape::escape_into(name, Special::Name, &mut text, 1);
    text[end] = b'=';
    text
}

pub const fn tag_len(key: &str, value: &str) -> usize {
    key_len(key) + escape::escaped_len(value, Special::Name)
}

pub const fn tag_text<const N: usize>(key: &str, value: &str) -> [u8; N] {
    refuse(escape::key_flaw(key));
    refuse(escape::flaw(value));
    let mut text = [0; N];
    text[0] = b',';
    let end = escape::escape_into(key, Special::Name, &mut text, 1);
    text[end] = b'=';
    escape::escape_into(value, Special::Name, &mut text, end + 1);
    text
}

pub const fn name_len(name: &str) -> usize {
    escape::escaped_len(name, Special::Measurement)
}

pub const fn name_text<const N: usize>(name: &str) -> [u8; N] {
    refuse(escape::measurement_flaw(name));
    let mut text = [0; N];
    escape::escape_into(name, Special::Measurement, &mut text, 0);
    text
}

pub const fn prefix_len(prefix: &str) -> usize {
    escape::escaped_len(prefix, Special::Name)
}

/// A prefix is the beginning of a key; it is checked as a key by itself, as the key must not depend on what
/// follows. `time` may begin a longer key.
pub const fn prefix_text<const N: usize>(prefix: &str) -> [u8; N] {
    refuse(escape::prefix_flaw(prefix));
    let mut text = [0; N];
    escape::escape_into(prefix, Special::Name, &mut text, 0);
    text
}

pub const fn padded_len(len: usize) -> usize {
    literal::padded_len(len)
}

pub const fn key_of(text: &'static [u8], len: usize) -> Key<'static> {
    Key(literal_of(text, len))
}

pub const fn name_of(text: &'static [u8], len: usize) -> Name<'static> {
    Name(literal_of(text, len))
}

#[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
pub const fn prefix_of(text: &'static [u8]) -> Prefix<'static> {
    match std::str::from_utf8(text) {
        Ok(text) => Prefix(text),
        Err(_) => panic!("escaped text is UTF-8"),
    }
}

#[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
const fn literal_of(text: &'static [u8], len: usize) -> Literal<'static> {
    match Literal::new(text, len) {
        Some(literal) => literal,
        None => panic!("escaped text is padded UTF-8"),
    }
}

#[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
const fn refuse(flaw: Option<Flaw>) {
    match flaw {
        None => {}
        Some(Flaw::Empty) => panic!("a name, prefix or constant tag is empty"),
        Some(Flaw::Newline) => panic!("a name contains a newline"),
        Some(Flaw::CarriageReturn) => panic!("a name contains a carriage return"),
        Some(Flaw::Nul) => panic!("a name contains a NUL character"),
        Some(Flaw::TrailingBackslash) => panic!("a name ends with a backslash"),
        Some(Flaw::AmbiguousBackslash) => {
            panic!("a name has a backslash before a comma, space, `=`, quote or backslash")
        }
        Some(Flaw::Comment) => panic!("a measurement begins with `#`"),
        Some(Flaw::LeadingTab) => panic!("a name begins with a tab"),
        Some(Flaw::Reserved) => panic!("`time` is reserved for the timestamp"),
    }
}

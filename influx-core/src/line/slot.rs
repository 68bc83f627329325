//! Slots: the only writers of `key=value`.
//!
//! A slot is given to a value by value. The value writes itself through one of the slot's methods, which end
//! the slot; a slot that is dropped leaves the tag or field out. So a value can neither be malformed nor stand
//! twice.

use std::fmt;

use super::coerce::{Coerced, Given};
use super::cursor::{AnyKey, Line};
use super::error::{EncodeErrorKind, Part};
use super::escape::Special;
use super::{ValueType, coerce, escape, number};

/// Around a string.
const QUOTE: Option<u8> = Some(b'"');

/// The place of one tag: give it a value, or drop it to leave the tag out.
#[must_use = "a slot that is dropped leaves the tag out"]
pub struct TagSlot<'l, 'b> {
    pub(super) line: &'l mut Line<'b>,
    pub(super) key: AnyKey<'l>,
}

/// The place of one field: give it a value, or drop it to leave the field out.
#[must_use = "a slot that is dropped leaves the field out"]
pub struct FieldSlot<'l, 'b> {
    pub(super) line: &'l mut Line<'b>,
    pub(super) key: AnyKey<'l>,
    /// The field's place among the record's, from 1.
    pub(super) ordinal: u32,
    /// The type that `as = "…"` asks for.
    pub(super) wanted: Option<ValueType>,
}

impl TagSlot<'_, '_> {
    /// Writes text. Empty text leaves the tag out, as servers refuse an empty value.
    ///
    /// A newline, a carriage return, NUL, a trailing backslash, or a backslash before a comma, space, `=` or
    /// backslash refuses the record: there is no text for them that all servers read alike.
    #[inline(always)]
    pub fn text(self, value: &str) {
        if value.is_empty() {
            return;
        }
        let TagSlot { line, key } = self;
        let Some(pair) = line.pair(key, Part::Tag) else { return };
        if let Err(pair) = pair.plain(value, None, Special::Name) {
            match escape::tag_flaw(value) {
                None => pair.escaped(value, None, Special::Name),
                Some(flaw) => line.refuse(Part::Tag, key, EncodeErrorKind::Value(flaw)),
            }
        }
    }

    /// Writes an integer in decimal digits.
    #[inline(always)]
    pub fn integer(self, value: i64) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.integer(value, None);
        }
    }

    /// Writes an unsigned integer in decimal digits.
    #[inline(always)]
    pub fn unsigned(self, value: u64) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.unsigned(value, None);
        }
    }

    /// Writes `true` or `false`.
    #[inline(always)]
    pub fn boolean(self, value: bool) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.boolean(value);
        }
    }

    /// Writes the digits of a decimal number, such as `-12.50`, without the zeros at the end of its fraction.
    ///
    /// The record is refused if the text is no decimal number, as by [`FieldSlot::decimal`].
    #[inline(always)]
    pub fn decimal(self, text: &str) {
        match number::is_decimal(text) {
            true => self.text(number::trimmed(text)),
            false => self.fail(format_args!("{text:?} is no decimal number")),
        }
    }

    /// Refuses the record, with the reason.
    #[inline(always)]
    pub fn fail(self, reason: impl fmt::Display) {
        self.line.refuse(Part::Tag, self.key, EncodeErrorKind::custom(reason));
    }
}

impl FieldSlot<'_, '_> {
    /// Writes a string. Every character is allowed; one longer than
    /// [`EncodeOptions::max_string`](super::EncodeOptions::max_string) refuses the record.
    #[inline(always)]
    pub fn string(self, value: &str) {
        match self.wanted {
            None | Some(ValueType::String) => self.put_string(value),
            Some(wanted) => {
                let kind = EncodeErrorKind::Coercion { value: value.to_owned(), wanted };
                self.line.refuse(Part::Field, self.key, kind);
            }
        }
    }

    /// Writes an integer: `42i`.
    #[inline(always)]
    pub fn integer(self, value: i64) {
        match self.wanted {
            None | Some(ValueType::Integer) => self.put_integer(value),
            Some(wanted) => self.coerced(Given::Integer(value), wanted),
        }
    }

    /// Writes an unsigned integer: `42u`, or as the integer `42i` for a server that has none
    /// ([`EncodeOptions::unsigned`](super::EncodeOptions::unsigned)); one above 2⁶³ − 1 then refuses the record.
    #[inline(always)]
    pub fn unsigned(self, value: u64) {
        match self.wanted {
            None | Some(ValueType::Unsigned) => self.put_unsigned(value),
            Some(wanted) => self.coerced(Given::Unsigned(value), wanted),
        }
    }

    /// Writes a double by the shortest digits that read back equal. NaN and infinities leave the field out, or
    /// refuse the record ([`NonFinite`](super::NonFinite)).
    #[inline(always)]
    pub fn float(self, value: f64) {
        match self.wanted {
            None | Some(ValueType::Float) => self.put_float(value),
            Some(wanted) => self.coerced(Given::Float(value), wanted),
        }
    }

    /// Writes a single by the shortest digits that read back equal *as a single*: `0.1f32` is `0.1`, and not
    /// `0.10000000149011612`, the double nearest to it.
    #[inline(always)]
    pub fn float32(self, value: f32) {
        match self.wanted {
            None | Some(ValueType::Float) => self.put_float32(value),
            Some(wanted) => self.coerced(Given::Float32(value), wanted),
        }
    }

    /// Writes a float by the digits it comes in, such as `-12.50`: for decimal types, whose values no double holds
    /// exactly. Zeros at the end of the fraction are left out.
    ///
    /// The record is refused if the text is no decimal number: an optional `-`, digits, and perhaps a point with more
    /// digits.
    #[inline(always)]
    pub fn decimal(self, text: &str) {
        match self.wanted {
            None | Some(ValueType::Float) => self.put_decimal(text),
            Some(ValueType::String) => self.put_string(number::trimmed(text)),
            Some(wanted) => {
                let kind = EncodeErrorKind::Coercion { value: text.to_owned(), wanted };
                self.line.refuse(Part::Field, self.key, kind);
            }
        }
    }

    /// Writes `true` or `false`.
    #[inline(always)]
    pub fn boolean(self, value: bool) {
        match self.wanted {
            None | Some(ValueType::Boolean) => self.put_boolean(value),
            Some(wanted) => self.coerced(Given::Boolean(value), wanted),
        }
    }

    /// Refuses the record, with the reason.
    #[inline(always)]
    pub fn fail(self, reason: impl fmt::Display) {
        self.line.refuse(Part::Field, self.key, EncodeErrorKind::custom(reason));
    }

    /// Asks for another type than the value's own: `as = "…"`.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coerce(mut self, wanted: ValueType) -> Self {
        self.wanted = Some(wanted);
        self
    }

    #[inline(always)]
    fn coerced(self, given: Given, wanted: ValueType) {
        match coerce::coerce(given, wanted) {
            Some(Coerced::Float(value)) => self.put_float(value),
            Some(Coerced::Integer(value)) => self.put_integer(value),
            Some(Coerced::Unsigned(value)) => self.put_unsigned(value),
            Some(Coerced::String(text)) => self.put_string(text.as_str()),
            None => {
                let kind = EncodeErrorKind::Coercion { value: given.to_string(), wanted };
                self.line.refuse(Part::Field, self.key, kind);
            }
        }
    }

    // === The writers, one for each form of text ===

    #[inline(always)]
    fn put_string(self, value: &str) {
        let FieldSlot { line, key, .. } = self;
        if value.len() > line.state.max_plain {
            let (len, limit) = (escape::string_len(value), line.state.options.max_string);
            if len > limit {
                return line.refuse(Part::Field, key, EncodeErrorKind::StringTooLong { len, limit });
            }
        }
        let Some(pair) = line.pair(key, Part::Field) else { return };
        if let Err(pair) = pair.plain(value, QUOTE, Special::String) {
            pair.escaped(value, QUOTE, Special::String);
        }
    }

    #[inline(always)]
    fn put_integer(self, value: i64) {
        if let Some(pair) = self.line.pair(self.key, Part::Field) {
            pair.integer(value, Some(b'i'));
        }
    }

    #[inline(always)]
    fn put_unsigned(self, value: u64) {
        let FieldSlot { line, key, .. } = self;
        let unsigned = line.state.options.unsigned;
        if !unsigned && value > i64::MAX as u64 {
            return line.refuse(Part::Field, key, EncodeErrorKind::UnsignedTooLarge(value));
        }
        if let Some(pair) = line.pair(key, Part::Field) {
            pair.unsigned(value, Some(if unsigned { b'u' } else { b'i' }));
        }
    }

    #[inline(always)]
    fn put_float(self, value: f64) {
        let FieldSlot { line, key, ordinal, .. } = self;
        // Most measured values have few decimals, and a test for two of them is far cheaper than the general
        // way. A field that keeps failing it is asked no more until the buffer is cleared.
        let place = ordinal % 32;
        if line.state.short >> place & 1 != 0 {
            if let Some(short) = number::hundredths(value) {
                if let Some(pair) = line.pair(key, Part::Field) {
                    pair.hundredths(short);
                }
                return;
            }
            line.state.missed(place);
        }
        if number::has_decimals(value) {
            if let Some(pair) = line.pair(key, Part::Field) {
                pair.decimal(value);
            }
        } else if !value.is_finite() {
            line.not_finite(key);
        } else if let Some(pair) = line.pair(key, Part::Field) {
            pair.float(value);
        }
    }

    #[inline(always)]
    fn put_float32(self, value: f32) {
        if !value.is_finite() {
            self.line.not_finite(self.key);
        } else if let Some(pair) = self.line.pair(self.key, Part::Field) {
            pair.float(value);
        }
    }

    #[inline(always)]
    fn put_decimal(self, text: &str) {
        if !number::is_decimal(text) {
            return self.fail(format_args!("{text:?} is no decimal number"));
        }
        let Some(pair) = self.line.pair(self.key, Part::Field) else { return };
        // digits need no escapes
        if let Err(pair) = pair.plain(number::trimmed(text), None, Special::String) {
            pair.end_here();
        }
    }

    #[inline(always)]
    fn put_boolean(self, value: bool) {
        if let Some(pair) = self.line.pair(self.key, Part::Field) {
            pair.boolean(value);
        }
    }
}

impl fmt::Debug for TagSlot<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TagSlot").field("key", &self.key.name("")).finish_non_exhaustive()
    }
}

impl fmt::Debug for FieldSlot<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldSlot").field("key", &self.key.name("")).finish_non_exhaustive()
    }
}

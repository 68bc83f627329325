//! Slots: the only writers of `key=value`.
//!
//! A slot is given to a value by value. The value writes itself through one of the slot's methods, which end
//! the slot; a slot that is dropped leaves the tag or field out. So a value can neither be malformed nor stand
//! twice.

use std::fmt;

use super::cursor::{AnyKey, Line};
use super::error::{EncodeErrorKind, Part};
use super::escape::Special;
use super::options::NonFinite;
use super::{ValueType, escape, number};

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
    /// A newline, a carriage return, NUL, a trailing backslash, or a backslash before a comma, space or `=`
    /// refuses the record: there is no text for them that all servers read alike.
    #[inline(always)]
    pub fn text(self, value: &str) {
        if value.is_empty() {
            return;
        }
        let TagSlot { line, key } = self;
        let Some(pair) = line.pair(key, Part::Tag) else { return };
        if let Err(pair) = pair.plain(value, "", Special::Name) {
            match escape::tag_flaw(value) {
                None => pair.escaped(value, "", Special::Name),
                Some(flaw) => line.refuse(Part::Tag, key, EncodeErrorKind::Value(flaw)),
            }
        }
    }

    /// Writes an integer in decimal digits.
    #[inline(always)]
    pub fn integer(self, value: i64) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.integer(value, "");
        }
    }

    /// Writes an unsigned integer in decimal digits.
    #[inline(always)]
    pub fn unsigned(self, value: u64) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.unsigned(value, "");
        }
    }

    /// Writes `true` or `false`.
    #[inline(always)]
    pub fn boolean(self, value: bool) {
        if let Some(pair) = self.line.pair(self.key, Part::Tag) {
            pair.boolean(value);
        }
    }

    /// Refuses the record, with the reason.
    #[cold]
    pub fn fail(self, reason: impl fmt::Display) {
        self.line.refuse(Part::Tag, self.key, EncodeErrorKind::Custom(reason.to_string()));
    }
}

impl FieldSlot<'_, '_> {
    /// Writes a string.
    #[inline(always)]
    pub fn string(self, value: &str) {
        if !matches!(self.wanted, None | Some(ValueType::String)) {
            return self.misfit(value);
        }
        let FieldSlot { line, key, .. } = self;
        let limit = line.state.options.max_string;
        if value.len() > limit / 2 {
            let len = escape::escaped_len(value, Special::String);
            if len > limit {
                return line.refuse(Part::Field, key, EncodeErrorKind::StringTooLong { len, limit });
            }
        }
        let Some(pair) = line.pair(key, Part::Field) else { return };
        if let Err(pair) = pair.plain(value, "\"", Special::String) {
            pair.escaped(value, "\"", Special::String);
        }
    }

    /// Writes an integer: `42i`.
    #[inline(always)]
    pub fn integer(self, value: i64) {
        match self.wanted {
            None | Some(ValueType::Integer) => {
                if let Some(pair) = self.line.pair(self.key, Part::Field) {
                    pair.integer(value, "i");
                }
            }
            Some(ValueType::Float) => self.settled().float(value as f64),
            Some(ValueType::Unsigned) => match u64::try_from(value) {
                Ok(value) => self.unsigned(value),
                Err(_) => self.misfit(value),
            },
            Some(ValueType::String) => self.printed(value),
            Some(ValueType::Boolean) => self.misfit(value),
        }
    }

    /// Writes an unsigned integer: `42u`, or as the integer `42i` for a server that has none
    /// ([`EncodeOptions::unsigned`](super::EncodeOptions::unsigned)); one above 2⁶³ − 1 then refuses the record.
    #[inline(always)]
    pub fn unsigned(self, value: u64) {
        match self.wanted {
            None | Some(ValueType::Unsigned) => {
                if self.line.unsigned {
                    if let Some(pair) = self.line.pair(self.key, Part::Field) {
                        pair.unsigned(value, "u");
                    }
                } else {
                    match i64::try_from(value) {
                        Ok(value) => self.settled().integer(value),
                        Err(_) => {
                            let kind = EncodeErrorKind::UnsignedTooLarge(value);
                            self.line.refuse(Part::Field, self.key, kind);
                        }
                    }
                }
            }
            Some(ValueType::Float) => self.settled().float(value as f64),
            Some(ValueType::Integer) => match i64::try_from(value) {
                Ok(value) => self.integer(value),
                Err(_) => self.misfit(value),
            },
            Some(ValueType::String) => self.printed(value),
            Some(ValueType::Boolean) => self.misfit(value),
        }
    }

    /// Writes a double by the shortest digits that read back equal. NaN and infinities leave the field out, or
    /// refuse the record ([`NonFinite`]).
    #[inline(always)]
    pub fn float(self, value: f64) {
        if self.wanted.is_some_and(|wanted| wanted != ValueType::Float) {
            return self.float_as(value, value);
        }
        let FieldSlot { line, key, ordinal, .. } = self;
        // Most measured values have few decimals, and a test for two of them is far cheaper than the general
        // way. A field that keeps failing it is asked no more until the buffer is cleared.
        let place = ordinal % 32;
        if line.short >> place & 1 != 0 {
            if let Some(short) = number::hundredths(value) {
                if let Some(pair) = line.pair(key, Part::Field) {
                    pair.hundredths(short);
                }
                return;
            }
            line.short = line.state.missed(place);
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

    /// Writes a single by the shortest digits that read back equal *as a single*: `0.1f32` is `0.1`, and not
    /// `0.10000000149011612`, the double nearest to it.
    #[inline(always)]
    pub fn float32(self, value: f32) {
        if self.wanted.is_some_and(|wanted| wanted != ValueType::Float) {
            return self.float_as(f64::from(value), value);
        }
        if !value.is_finite() {
            return self.line.not_finite(self.key);
        }
        if let Some(pair) = self.line.pair(self.key, Part::Field) {
            pair.float(value);
        }
    }

    /// Writes `true` or `false`.
    #[inline(always)]
    pub fn boolean(self, value: bool) {
        match self.wanted {
            None | Some(ValueType::Boolean) => {
                if let Some(pair) = self.line.pair(self.key, Part::Field) {
                    pair.boolean(value);
                }
            }
            Some(ValueType::String) => self.printed(value),
            Some(_) => self.unsigned(u64::from(value)),
        }
    }

    /// Refuses the record, with the reason.
    #[cold]
    pub fn fail(self, reason: impl fmt::Display) {
        self.line.refuse(Part::Field, self.key, EncodeErrorKind::Custom(reason.to_string()));
    }

    /// Asks for another type than the value's own: `as = "…"`.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __coerce(mut self, wanted: ValueType) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// The slot with the question of type settled.
    #[inline(always)]
    fn settled(mut self) -> Self {
        self.wanted = None;
        self
    }

    /// A double as an integer, if it is a whole number in range, or as text.
    fn float_as(self, value: f64, printed: impl zmij::Float + fmt::Display) {
        const I64_END: f64 = 9_223_372_036_854_775_808.0;
        const U64_END: f64 = 2.0 * I64_END;
        if !value.is_finite() {
            return self.line.not_finite(self.key);
        }
        let whole = value.fract() == 0.0;
        match self.wanted {
            Some(ValueType::String) => {
                self.printed(zmij::Buffer::new().format_finite(printed).trim_end_matches(".0"))
            }
            Some(ValueType::Integer) if whole && (-I64_END..I64_END).contains(&value) => {
                self.integer(value as i64)
            }
            Some(ValueType::Unsigned) if whole && (0.0..U64_END).contains(&value) => {
                self.unsigned(value as u64)
            }
            _ => self.misfit(value),
        }
    }

    /// The value's text as a string.
    fn printed(self, value: impl fmt::Display) {
        let mut text = ShortText { bytes: [0; ShortText::MAX], len: 0 };
        // Cannot fail: no number has more characters.
        let _ = fmt::write(&mut text, format_args!("{value}"));
        self.settled().string(text.as_str());
    }

    #[cold]
    fn misfit(self, value: impl fmt::Display) {
        if let Some(wanted) = self.wanted {
            let kind = EncodeErrorKind::Coercion { value: value.to_string(), wanted };
            self.line.refuse(Part::Field, self.key, kind);
        }
    }
}

impl Line<'_> {
    /// A double that has no text.
    #[inline(always)]
    fn not_finite(&mut self, key: AnyKey<'_>) {
        match self.non_finite {
            NonFinite::Skip => self.skipped += 1,
            NonFinite::Error => self.refuse(Part::Field, key, EncodeErrorKind::NonFinite),
        }
    }
}

/// The text of a number, without an allocation.
struct ShortText {
    bytes: [u8; ShortText::MAX],
    len: usize,
}

impl ShortText {
    /// The longest: `-2.2250738585072014e-308`.
    const MAX: usize = 24;

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl fmt::Write for ShortText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
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

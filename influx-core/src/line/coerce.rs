//! Values as another type than their own: what `as = "…"` asks for.

use std::fmt;

use super::ValueType;

/// A field's value as its type gave it.
#[derive(Clone, Copy)]
pub(super) enum Given {
    Float(f64),
    Float32(f32),
    Integer(i64),
    Unsigned(u64),
    Boolean(bool),
}

/// A field's value as it was asked for.
pub(super) enum Coerced {
    Float(f64),
    Integer(i64),
    Unsigned(u64),
    String(ShortText),
}

/// Turns a value into the type that was asked for, if it is the same value there: a double with decimals is no
/// integer, and −1 is no unsigned one. As a float an integer may be rounded, by the rules of all floats.
///
/// NaN and infinities stay floats, so that their own rule holds for them.
#[inline(always)]
pub(super) fn coerce(given: Given, wanted: ValueType) -> Option<Coerced> {
    let given = match given {
        Given::Float(value) if !value.is_finite() => return Some(Coerced::Float(value)),
        Given::Float32(value) if !value.is_finite() => return Some(Coerced::Float(f64::from(value))),
        given => given,
    };
    Some(match wanted {
        ValueType::Float => Coerced::Float(match given {
            // A float as a float is written as it is, and never asked for here.
            Given::Float(_) | Given::Float32(_) => return None,
            Given::Integer(value) => value as f64,
            Given::Unsigned(value) => value as f64,
            Given::Boolean(value) => f64::from(u8::from(value)),
        }),
        ValueType::Integer => Coerced::Integer(match given {
            Given::Float(value) => whole(value, I64)? as i64,
            Given::Float32(value) => whole(f64::from(value), I64)? as i64,
            Given::Integer(value) => value,
            Given::Unsigned(value) => i64::try_from(value).ok()?,
            Given::Boolean(value) => i64::from(value),
        }),
        ValueType::Unsigned => Coerced::Unsigned(match given {
            Given::Float(value) => whole(value, U64)? as u64,
            Given::Float32(value) => whole(f64::from(value), U64)? as u64,
            Given::Integer(value) => u64::try_from(value).ok()?,
            Given::Unsigned(value) => value,
            Given::Boolean(value) => u64::from(value),
        }),
        ValueType::String => Coerced::String(ShortText::of(given)),
        ValueType::Boolean => return None,
    })
}

/// The doubles that each integer type holds, the end excluded.
const I64: (f64, f64) = (-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0);
const U64: (f64, f64) = (0.0, 18_446_744_073_709_551_616.0);

#[inline(always)]
fn whole(value: f64, (start, end): (f64, f64)) -> Option<f64> {
    (value.fract() == 0.0 && value >= start && value < end).then_some(value)
}

/// The text of a value, without an allocation.
pub(super) struct ShortText {
    bytes: [u8; ShortText::MAX],
    len: usize,
}

impl ShortText {
    /// The longest: `-2.2250738585072014e-308`.
    const MAX: usize = 24;

    fn of(given: Given) -> Self {
        let mut text = ShortText { bytes: [0; ShortText::MAX], len: 0 };
        // Cannot fail: no value has more characters.
        let _ = fmt::write(&mut text, format_args!("{given}"));
        text
    }

    pub(super) fn as_str(&self) -> &str {
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

/// As a field of its own type shows it.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let float =
            |text: &str, f: &mut fmt::Formatter<'_>| f.write_str(text.strip_suffix(".0").unwrap_or(text));
        match self {
            Given::Float(value) => float(zmij::Buffer::new().format(*value), f),
            Given::Float32(value) => float(zmij::Buffer::new().format(*value), f),
            Given::Integer(value) => value.fmt(f),
            Given::Unsigned(value) => value.fmt(f),
            Given::Boolean(value) => value.fmt(f),
        }
    }
}

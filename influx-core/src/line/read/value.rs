//! Names without their escapes, and the five kinds of field values: where each ends, and what it says.

use std::borrow::Cow;

use super::scan::skip_digits;
use super::{ReadError, ReadErrorKind as Kind, Value};

/// Undoes the escapes of a tag key, a tag value or a field key.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    unescape(text, |next| matches!(next, b',' | b' ' | b'='))
}

/// Undoes the escapes of a measurement.
pub(super) fn measurement(text: &str) -> Cow<'_, str> {
    unescape(text, |next| matches!(next, b',' | b' '))
}

/// Takes out each backslash whose next byte is `escapable`; that byte stays, whatever it is.
fn unescape(text: &str, escapable: impl Fn(u8) -> bool) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b'\\' && escapable(bytes[at + 1]) {
            plain.push_str(&text[copied..at]);
            copied = at + 1;
            at += 1;
        }
        at += 1;
    }
    if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(plain + &text[copied..]) }
}

/// What the text of a field value says, quotes and suffix included.
pub(super) fn field(text: &str) -> Result<Value<'_>, Kind> {
    if let Some(string) = text.strip_prefix('"') {
        let string = string.strip_suffix('"').ok_or(Kind::UnbalancedQuotes)?;
        return Ok(Value::String(unescape(string, |next| matches!(next, b'"' | b'\\'))));
    }
    if let Some(value) = boolean(text.as_bytes()) {
        return Ok(Value::Boolean(value));
    }
    if let Some(digits) = text.strip_suffix('i') {
        return digits.parse().map(Value::Integer).map_err(|_| Kind::IntegerRange);
    }
    if let Some(digits) = text.strip_suffix('u') {
        return digits.parse().map(Value::Unsigned).map_err(|_| Kind::UnsignedRange);
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Value::Float(float)),
        _ => Err(Kind::InvalidFloat),
    }
}

fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"t" | b"T" | b"true" | b"True" | b"TRUE" => Some(true),
        b"f" | b"F" | b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

/// Where the field value that starts at `start` ends: at a comma, at a space or with the line.
#[inline]
pub(super) fn value_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    match bytes.get(start) {
        None | Some(b',' | b' ') => Err(ReadError::new(Kind::MissingFieldValue, start)),
        Some(b'"') => string_end(bytes, start),
        Some(b'0'..=b'9' | b'-' | b'.' | b'N' | b'n') => number_end(bytes, start),
        Some(_) => boolean_end(bytes, start),
    }
}

fn is_end(next: Option<&u8>) -> bool {
    matches!(next, None | Some(b',' | b' '))
}

fn string_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return Err(ReadError::new(Kind::UnbalancedQuotes, start)),
            Some(b'\\') => at += 2,
            Some(b'"') => break,
            Some(_) => at += 1,
        }
    }
    if !is_end(bytes.get(at + 1)) {
        return Err(ReadError::new(Kind::InvalidField, at + 1));
    }
    Ok(at + 1)
}

fn boolean_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    const LONGEST: usize = 5; // bytes of "false"
    let end = (start..start + LONGEST).find(|&at| is_end(bytes.get(at))).unwrap_or(start + LONGEST);
    if !is_end(bytes.get(end)) || boolean(&bytes[start..end]).is_none() {
        return Err(ReadError::new(Kind::InvalidBoolean, start));
    }
    Ok(end)
}

/// Numbers are checked by their form; only those whose form leaves the range open are computed.
#[inline]
fn number_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    const SAFE: usize = 18; // digits, of which any fit into i64 and u64
    let negative = bytes[start] == b'-';
    let digits = start + usize::from(negative);
    let whole_end = skip_digits(bytes, digits);
    let whole = whole_end - digits;
    let (end, in_range) = match bytes.get(whole_end) {
        Some(b'i') if whole > 0 => (whole_end + 1, whole <= SAFE),
        Some(b'u') if whole > 0 && !negative => (whole_end + 1, whole <= SAFE),
        _ => float_end(bytes, whole_end, whole),
    };
    if end == digits || !is_end(bytes.get(end)) {
        return Err(ReadError::new(Kind::InvalidNumber, end));
    }
    match std::str::from_utf8(&bytes[start..end]) {
        Ok(text) if !in_range => field(text).map(|_| end).map_err(|kind| ReadError::new(kind, start)),
        _ => Ok(end),
    }
}

/// Where a float ends whose `whole` digits end at `at`, and whether its range is certain.
#[inline]
fn float_end(bytes: &[u8], at: usize, whole: usize) -> (usize, bool) {
    const SAFE: usize = 308; // digits before the point, of which any are below f64::MAX
    let fraction_end = match bytes.get(at) {
        Some(b'.') => skip_digits(bytes, at + 1),
        _ => at,
    };
    let digits = whole + fraction_end.saturating_sub(at + 1);
    match bytes.get(fraction_end) {
        _ if digits == 0 => (at - whole, true),
        Some(b'e' | b'E') => {
            let sign = usize::from(matches!(bytes.get(fraction_end + 1), Some(b'+' | b'-')));
            (skip_digits(bytes, fraction_end + 1 + sign), false)
        }
        _ => (fraction_end, whole <= SAFE),
    }
}

//! The grammar of one line: checks all of it and cuts it into slices, without allocation and without undoing
//! escapes.

use super::value::value_end;
use super::{ReadError, ReadErrorKind as Kind, offset_in, split};

/// A line whose syntax is checked, in parts as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// Measurement and tag set.
    pub(crate) series: &'a str,
    pub(crate) measurement: &'a str,
    pub(crate) timestamp: Option<i64>,
    /// The field set as written.
    pub(crate) fields: &'a str,
}

impl<'a> Scan<'a> {
    /// Checks one logical line.
    pub(crate) fn new(line: &'a str) -> Result<Self, ReadError> {
        let bytes = line.as_bytes();
        let start = skip_whitespace(bytes, 0);
        let measurement_end = measurement_end(bytes, start)?;
        let series_end = tags_end(line, measurement_end)?;
        let fields_start = skip_whitespace(bytes, series_end);
        let fields_end = fields_end(bytes, fields_start)?;
        let series = &line[start..series_end];
        if series.contains("\\\\") && !split::ends(line) {
            return Err(ReadError::new(Kind::UnbalancedQuotes, line.len()));
        }
        Ok(Self {
            series,
            measurement: &line[start..measurement_end],
            timestamp: timestamp(line, skip_whitespace(bytes, fields_end))?,
            fields: &line[fields_start..fields_end],
        })
    }

    /// Keys and values of the tags.
    pub(crate) fn tags(&self) -> Tags<'a> {
        Tags { rest: after(self.series, self.measurement.len()) }
    }

    /// Keys and values of the fields; a string value keeps its quotes, an integer its suffix.
    pub(crate) fn fields(&self) -> Fields<'a> {
        Fields::of(self.fields)
    }
}

impl<'a> Tags<'a> {
    /// The tags of a checked measurement and tag set.
    pub(crate) fn of_series(series: &'a str) -> Self {
        Tags { rest: after(series, measurement_end(series.as_bytes(), 0).unwrap_or(series.len())) }
    }
}

impl<'a> Fields<'a> {
    /// The fields of a checked field set.
    pub(crate) fn of(fields: &'a str) -> Self {
        Fields { rest: fields }
    }
}

/// Iterator over the tags of a checked line.
#[derive(Debug, Clone)]
pub(crate) struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tags<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        pair(&mut self.rest, tag)
    }
}

/// Iterator over the fields of a checked line.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        pair(&mut self.rest, field)
    }
}

/// Takes a pair off a checked list; `next` is the function that checked it, so there is one grammar.
fn pair<'a>(
    rest: &mut &'a str,
    next: impl Fn(&[u8], usize) -> Result<Pair, ReadError>,
) -> Option<(&'a str, &'a str)> {
    let text = *rest;
    let Pair { equals, end } = next(text.as_bytes(), 0).ok()?;
    *rest = after(text, end);
    Some((&text[..equals], &text[equals + 1..end]))
}

/// What follows the delimiter at `at`, if there is one.
fn after(text: &str, at: usize) -> &str {
    text.get(at + 1..).unwrap_or_default()
}

// === Sections of a line: each takes where it starts and gives where it ends ===

fn measurement_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    if matches!(bytes.get(start), None | Some(b',' | b'#')) {
        return Err(ReadError::new(Kind::MissingMeasurement, start));
    }
    let mut end = name_end(bytes, start);
    while bytes.get(end) == Some(&b'=') {
        end = name_end(bytes, end + 1); // no delimiter here
    }
    match bytes.get(end) {
        Some(b',' | b' ') => Ok(end),
        Some(_) => Err(ReadError::new(Kind::Newline, end)),
        None => Err(ReadError::new(Kind::MissingFields, end)),
    }
}

/// The tags start with the comma at `start`, if there are any.
fn tags_end(line: &str, start: usize) -> Result<usize, ReadError> {
    const FEW: usize = 16; // keys; to compare each pair of so few is cheaper than any order
    let bytes = line.as_bytes();
    let mut keys = [""; FEW];
    let mut count = 0;
    let mut end = start;
    while bytes.get(end) == Some(&b',') {
        let key_start = end + 1;
        let Pair { equals, end: value_end } = tag(bytes, key_start)?;
        if let Some(key) = keys.get_mut(count) {
            *key = &line[key_start..equals];
        }
        count += 1;
        end = value_end;
    }
    match bytes.get(end) {
        Some(b' ') => {}
        Some(b'=') => return Err(ReadError::new(Kind::InvalidTag, end)),
        Some(_) => return Err(ReadError::new(Kind::Newline, end)),
        None => return Err(ReadError::new(Kind::MissingFields, end)),
    }
    // escapes need no undoing: a tag key can be written in one way only
    let duplicate = match keys.get(..count) {
        Some(keys) => {
            keys.iter().enumerate().find(|(at, key)| keys[..*at].contains(key)).map(|(_, key)| *key)
        }
        None => duplicate_of_many(Tags { rest: after(&line[..end], start) }),
    };
    match duplicate {
        None => Ok(end),
        Some(key) => Err(ReadError::new(Kind::DuplicateTag, offset_in(line, key))),
    }
}

/// The second of two equal keys.
#[cold]
fn duplicate_of_many(tags: Tags<'_>) -> Option<&str> {
    let mut keys: Vec<_> = tags.map(|(key, _)| key).collect();
    keys.sort(); // stable: of equal keys the second stays the second
    keys.windows(2).find(|keys| keys[0] == keys[1]).map(|keys| keys[1])
}

fn fields_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    let mut end = field(bytes, start)?.end;
    while bytes.get(end) == Some(&b',') {
        end = field(bytes, end + 1)?.end;
    }
    Ok(end)
}

fn timestamp(line: &str, start: usize) -> Result<Option<i64>, ReadError> {
    const MAX: i64 = i64::MAX - 1; // nanoseconds; what lies beyond are marks inside of 1.x and 2.x
    const MIN: i64 = -MAX;
    let bytes = line.as_bytes();
    let negative = usize::from(bytes.get(start) == Some(&b'-'));
    let end = skip_digits(bytes, start + negative);
    match bytes.get(end) {
        None if end == start => return Ok(None),
        None | Some(b' ') if end > start + negative => {}
        _ => return Err(ReadError::new(Kind::BadTimestamp, end)),
    }
    if let Some(at) = bytes[end..].iter().position(|&byte| byte != b' ') {
        return Err(ReadError::new(Kind::TrailingText, end + at));
    }
    match line[start..end].parse() {
        Ok(ticks @ MIN..=MAX) => Ok(Some(ticks)),
        _ => Err(ReadError::new(Kind::TimestampRange, start)),
    }
}

// === Pairs and names ===

/// Where the parts of `key=value` end.
struct Pair {
    equals: usize,
    end: usize,
}

#[inline]
fn tag(bytes: &[u8], start: usize) -> Result<Pair, ReadError> {
    if matches!(bytes.get(start), None | Some(b',' | b' ' | b'=')) {
        return Err(ReadError::new(Kind::MissingTagKey, start));
    }
    let equals = name_end(bytes, start);
    match bytes.get(equals) {
        Some(b'=') => {}
        Some(b'\n') => return Err(ReadError::new(Kind::Newline, equals)),
        _ => return Err(ReadError::new(Kind::MissingTagValue, equals)),
    }
    let value = equals + 1;
    match bytes.get(value) {
        None | Some(b',' | b' ') => Err(ReadError::new(Kind::MissingTagValue, value)),
        // all servers take an `=` that comes first for a part of the value
        Some(b'=') => Ok(Pair { equals, end: name_end(bytes, value + 1) }),
        Some(_) => Ok(Pair { equals, end: name_end(bytes, value) }),
    }
}

#[inline]
fn field(bytes: &[u8], start: usize) -> Result<Pair, ReadError> {
    let equals = field_key_end(bytes, start)?;
    Ok(Pair { equals, end: value_end(bytes, equals + 1)? })
}

#[inline]
fn field_key_end(bytes: &[u8], start: usize) -> Result<usize, ReadError> {
    let mut at = next_stop(bytes, start);
    while bytes.get(at) == Some(&b'\\') {
        at = next_stop(bytes, at + 2); // unlike in tags, a backslash escapes a backslash
    }
    let kind = match bytes.get(at) {
        Some(b'=') if at == start => Kind::MissingFieldKey,
        Some(b'=') if bytes[at - 1] == b'\\' => Kind::TrailingBackslash,
        Some(b'=') => return Ok(at),
        Some(b'\n') => Kind::Newline,
        _ => Kind::InvalidField,
    };
    Err(ReadError::new(kind, at.min(bytes.len())))
}

/// The first unescaped delimiter of a measurement or tag. A backslash escapes a delimiter right behind it and
/// nothing else, not even a backslash.
#[inline]
fn name_end(bytes: &[u8], start: usize) -> usize {
    let mut at = next_stop(bytes, start);
    while bytes.get(at) == Some(&b'\\') {
        let escapes = bytes.get(at + 1).is_some_and(|&next| next != b'\\' && is_stop(next));
        at = next_stop(bytes, at + 1 + usize::from(escapes));
    }
    at
}

const fn is_stop(byte: u8) -> bool {
    matches!(byte, b'\\' | b',' | b'=' | b' ' | b'\n')
}

#[inline]
fn next_stop(bytes: &[u8], start: usize) -> usize {
    let mut at = next_mark(bytes, start);
    while at < bytes.len() && !is_stop(bytes[at]) {
        at = next_mark(bytes, at + 1);
    }
    at
}

/// The first byte from `start` on that may mean something to the grammar, or the end: `=`, backslash, and all
/// up to the comma, which holds newline, space and quote.
///
/// Names are short, so a loop over their bytes costs most where it ends, by mispredicted branches: eight
/// bytes at once have none.
#[inline]
pub(super) fn next_mark(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*word);
        let marks = below(word, b',' + 1) | below(word ^ splat(b'='), 1) | below(word ^ splat(b'\\'), 1);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < bytes.len() && !matches!(bytes[at], 0..=b',' | b'=' | b'\\') {
        at += 1;
    }
    at
}

const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Sets the high bit of each byte less than `limit`, of at most 128. Bytes above the lowest one so marked may
/// be marked wrongly, for the subtraction borrows from them.
const fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(splat(limit)) & !word & splat(0x80)
}

#[inline]
pub(super) fn skip_digits(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        at += 1;
    }
    at
}

/// Skips what 1.x and 2.x take for space around the sections of a line.
pub(super) fn skip_whitespace(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b' ' | b'\t' | b'\0') {
        at += 1;
    }
    at
}

//! STUB of the reader.
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(&'static str);
impl ReadError {
    pub fn kind(&self) -> &'static str {
        self.0
    }
}
#[derive(Debug, Clone, Copy)]
pub struct RawLine<'a> {
    pub number: usize,
    pub start: usize,
    pub text: &'a str,
}
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Float(f64),
    Integer(i64),
    Unsigned(u64),
    Boolean(bool),
    String(Cow<'a, str>),
}
#[derive(Debug)]
pub struct ParsedLine<'a> {
    pub measurement: Cow<'a, str>,
    pub tags: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub fields: Vec<(Cow<'a, str>, Value<'a>)>,
    pub timestamp: Option<i64>,
    pub series_len: usize,
}
pub fn lines(text: &str) -> impl Iterator<Item = RawLine<'_>> {
    text.split('\n')
        .enumerate()
        .map(|(i, text)| RawLine { number: i + 1, start: 0, text: text.trim_end_matches('\r') })
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}
fn cut(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        } else if c == at && !quoted {
            parts.push(&text[start..i]);
            start = i + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}
fn plain(text: &str) -> Cow<'static, str> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    Cow::Owned(out)
}
pub fn parse(line: &str) -> Result<ParsedLine<'_>, ReadError> {
    let parts = cut(line, ' ');
    let [series, fields, rest @ ..] = parts.as_slice() else { return Err(ReadError("missing fields")) };
    let mut keys = cut(series, ',').into_iter();
    let measurement = plain(keys.next().unwrap_or_default());
    let mut tags = Vec::new();
    for tag in keys {
        let (key, value) = tag.split_once('=').ok_or(ReadError("missing tag value"))?;
        tags.push((plain(key), plain(value)));
    }
    let mut out = Vec::new();
    for field in cut(fields, ',') {
        let (key, value) = field.split_once('=').ok_or(ReadError("invalid field format"))?;
        let bad = |_| ReadError("invalid number");
        let value = if let Some(text) = value.strip_prefix('"') {
            Value::String(plain(text.strip_suffix('"').ok_or(ReadError("unbalanced quotes"))?))
        } else if let Some(number) = value.strip_suffix('i') {
            Value::Integer(number.parse().map_err(|_| ReadError("invalid number"))?)
        } else if let Some(number) = value.strip_suffix('u') {
            Value::Unsigned(number.parse().map_err(|_| ReadError("invalid number"))?)
        } else if matches!(value, "t" | "true" | "f" | "false") {
            Value::Boolean(value.starts_with('t'))
        } else {
            Value::Float(value.parse().map_err(bad)?)
        };
        out.push((plain(key), value));
    }
    let timestamp = match rest {
        [] => None,
        [time] => Some(time.parse().map_err(|_| ReadError("bad timestamp"))?),
        _ => return Err(ReadError("bad timestamp")),
    };
    Ok(ParsedLine { measurement, tags, fields: out, timestamp, series_len: series.len() })
}

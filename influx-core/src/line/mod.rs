//! STUB of the encoder: just enough for the client to be built and tested beside it.
#![allow(missing_docs, missing_debug_implementations)]
use std::fmt::{Display, Write as _};

pub mod read;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    #[default]
    Nanoseconds,
    Microseconds,
    Milliseconds,
    Seconds,
}
impl Precision {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "us",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }
}
#[derive(Debug, Clone, Copy)]
pub struct Nanos(pub i64);
pub trait Timestamp {
    fn nanos(&self) -> i64;
}
impl Timestamp for Nanos {
    fn nanos(&self) -> i64 {
        self.0
    }
}
pub trait Measurement {
    fn encode(&self, line: &mut Line<'_>);
}
impl<M: Measurement + ?Sized> Measurement for &M {
    fn encode(&self, line: &mut Line<'_>) {
        (**self).encode(line);
    }
}
impl<M: Measurement + ?Sized> Measurement for Box<M> {
    fn encode(&self, line: &mut Line<'_>) {
        (**self).encode(line);
    }
}
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(String);
#[derive(Debug)]
pub struct RejectedLine {
    pub line: usize,
    pub reason: read::ReadError,
}
#[derive(Debug, thiserror::Error)]
#[error("lines were rejected")]
pub struct RawError {
    accepted: usize,
    rejected: Vec<RejectedLine>,
}
impl RawError {
    pub fn accepted(&self) -> usize {
        self.accepted
    }
    pub fn rejected(&self) -> &[RejectedLine] {
        &self.rejected
    }
}
#[derive(Debug, Clone, Default)]
pub struct EncodeOptions {
    precision: Precision,
}
impl EncodeOptions {
    pub fn new() -> Self {
        Self::default()
    }
    #[must_use]
    pub fn precision(mut self, p: Precision) -> Self {
        self.precision = p;
        self
    }
}
#[derive(Debug, Default, Clone)]
pub struct LineBuffer {
    text: String,
    ends: Vec<u32>,
    options: EncodeOptions,
    skipped: u64,
}
impl LineBuffer {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn with_options(options: EncodeOptions) -> Self {
        Self { options, ..Self::default() }
    }
    pub fn push<M: Measurement + ?Sized>(&mut self, record: &M) -> Result<(), EncodeError> {
        let start = self.text.len();
        let mut line = Line { buffer: self, fields: 0, error: None };
        record.encode(&mut line);
        let (fields, error) = (line.fields, line.error.take());
        if let Some(error) = error.or_else(|| (fields == 0).then(|| "no field".to_owned())) {
            self.text.truncate(start);
            return Err(EncodeError(error));
        }
        self.text.push('\n');
        self.ends.push(self.text.len() as u32);
        Ok(())
    }
    pub fn push_raw(&mut self, text: &str) -> Result<usize, RawError> {
        let (mut accepted, mut rejected) = (0, Vec::new());
        for line in read::lines(text) {
            match read::parse(line.text) {
                Ok(_) => {
                    self.text.push_str(line.text);
                    self.text.push('\n');
                    self.ends.push(self.text.len() as u32);
                    accepted += 1;
                }
                Err(reason) => rejected.push(RejectedLine { line: line.number, reason }),
            }
        }
        if rejected.is_empty() { Ok(accepted) } else { Err(RawError { accepted, rejected }) }
    }
    pub fn as_str(&self) -> &str {
        &self.text
    }
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
    pub fn lines(&self) -> usize {
        self.ends.len()
    }
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\n')
    }
    pub fn skipped_non_finite(&self) -> u64 {
        self.skipped
    }
    pub fn precision(&self) -> Precision {
        self.options.precision
    }
    pub fn options(&self) -> &EncodeOptions {
        &self.options
    }
}
pub struct Line<'a> {
    buffer: &'a mut LineBuffer,
    fields: usize,
    error: Option<String>,
}
impl Line<'_> {
    pub fn measurement(&mut self, name: &str) {
        self.buffer.text.push_str(name);
    }
    pub fn tag(&mut self, key: &str) -> TagSlot<'_> {
        let _ = write!(self.buffer.text, ",{key}=");
        TagSlot(&mut self.buffer.text)
    }
    pub fn field(&mut self, key: &str) -> FieldSlot<'_> {
        let _ = write!(self.buffer.text, "{}{key}=", if self.fields == 0 { " " } else { "," });
        self.fields += 1;
        FieldSlot(&mut self.buffer.text)
    }
    pub fn timestamp<T: Timestamp + ?Sized>(&mut self, time: &T) {
        let divisor = match self.buffer.options.precision {
            Precision::Nanoseconds => 1,
            Precision::Microseconds => 1_000,
            Precision::Milliseconds => 1_000_000,
            Precision::Seconds => 1_000_000_000,
        };
        let _ = write!(self.buffer.text, " {}", time.nanos().div_euclid(divisor));
    }
    pub fn fail(&mut self, reason: impl Display) {
        self.error = Some(reason.to_string());
    }
}
pub struct TagSlot<'a>(&'a mut String);
impl TagSlot<'_> {
    pub fn text(self, value: &str) {
        for c in value.chars() {
            if matches!(c, ' ' | ',' | '=') {
                self.0.push('\\');
            }
            self.0.push(c);
        }
    }
}
pub struct FieldSlot<'a>(&'a mut String);
impl FieldSlot<'_> {
    pub fn string(self, value: &str) {
        let _ = write!(self.0, "\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    }
    pub fn integer(self, value: i64) {
        let _ = write!(self.0, "{value}i");
    }
    pub fn float(self, value: f64) {
        let _ = write!(self.0, "{value}");
    }
}

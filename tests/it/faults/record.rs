//! Numbered records, good and bad.

use influx_core::{__private as private, Line, Measurement, Nanos};

/// A record with a number that is its series and its time, too.
#[derive(Debug, Clone)]
pub(super) enum Record {
    /// A good one.
    Text(i64, String),
    /// Its field has another type than that of the good ones.
    Integer(i64),
    /// A string that never ends, which no safe call of this crate writes: the server reads the next lines as its text.
    Open(i64),
}

impl Record {
    pub(super) fn number(&self) -> i64 {
        match self {
            Self::Text(number, _) | Self::Integer(number) | Self::Open(number) => *number,
        }
    }
}

impl Measurement for Record {
    fn encode(&self, line: &mut Line<'_>) {
        const OPEN: &[u8; 16] = b",s=\"open,v=\0\0\0\0\0";
        line.measurement("m");
        line.tag("id").text(&self.number().to_string());
        match self {
            Self::Text(_, text) => line.field("text").string(text),
            Self::Integer(_) => line.field("text").integer(1),
            Self::Open(_) => private::field(line, private::key_of(OPEN, 11)).float(1.5),
        }
        line.timestamp(&Nanos(self.number() + 1));
    }
}

/// A good record.
pub(super) fn row(number: i64) -> Record {
    Record::Text(number, "some text".to_owned())
}

/// A good record with a text that does not compress well.
pub(super) fn noise(number: i64, len: usize) -> Record {
    let mut state = number as u64 + 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 59) as u8 % 26)
    };
    Record::Text(number, (0..len).map(|_| next()).collect())
}

/// The numbers of lines.
pub(super) fn numbers(data: &[u8]) -> Vec<i64> {
    let text = std::str::from_utf8(data).unwrap();
    let number = |line: &str| line.split("id=").nth(1)?.split(' ').next()?.parse().ok();
    text.lines().map(|line| number(line).unwrap_or_else(|| panic!("no record: {line}"))).collect()
}

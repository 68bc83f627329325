//! Durations as Flux writes them: `1h30m`, `-5s`.

use std::fmt;
use std::time::Duration;

use super::FromValue;
use crate::query::{Cell, DataType, RowError};

/// Units and their nanoseconds, the longest first.
const UNITS: [(&str, i64); 9] = [
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

impl FromValue<'_> for Duration {
    fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
        let nanos = nanoseconds(cell)?;
        let nanos = u64::try_from(nanos)
            .map_err(|_| RowError::new(format!("{:?} leads back, and not on", cell.text())))?;
        Ok(Self::from_nanos(nanos))
    }
}

macro_rules! signed {
    ($($gate:literal $type:ty = $of:path;)*) => {$(
        #[cfg(feature = $gate)]
        impl FromValue<'_> for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                nanoseconds(cell).map($of)
            }
        }
    )*};
}

signed! {
    "chrono" chrono::TimeDelta = chrono::TimeDelta::nanoseconds;
    "jiff" jiff::SignedDuration = jiff::SignedDuration::from_nanos;
    "time" time::Duration = time::Duration::nanoseconds;
}

/// The nanoseconds of a duration, negative if it leads back.
pub(in crate::query) fn nanoseconds(cell: Cell<'_>) -> Result<i64, RowError> {
    let text = cell.text();
    match cell.data_type() {
        _ if cell.is_null() => {}
        DataType::Duration | DataType::Untyped if text.parse::<i64>().is_ok() => {
            return i64::from_value(Cell::new(text, DataType::Long));
        }
        DataType::Duration | DataType::Untyped | DataType::String => {
            return parse(text).map_err(|why| RowError::new(format!("{text:?} {why}")));
        }
        DataType::Long | DataType::UnsignedLong => {
            let error = RowError::unfit(cell, "a duration");
            return Err(error.hint("its unit is not told, so read it into an integer"));
        }
        _ => {}
    }
    Err(RowError::unfit(cell, "a duration"))
}

/// The nanoseconds of a text, or what is wrong with it. Its parts are summed without their sign and in 128 bits, as the
/// least of 64 has no positive counterpart there.
fn parse(text: &str) -> Result<i64, &'static str> {
    const LONG: &str = "is longer than 64 bits of nanoseconds";
    const FORM: &str = "is no duration as Flux writes it, such as 1h30m";
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    if rest.is_empty() {
        return Err(FORM);
    }
    let mut sum = 0_i128;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (count, behind) = rest.split_at(digits);
        let letters = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        if ["mo", "y"].contains(&unit) {
            return Err("has months or years, whose length depends on the calendar");
        }
        let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(FORM)?;
        if count.is_empty() {
            return Err(FORM);
        }
        let part = i128::from(count.parse::<u64>().map_err(|_| LONG)?) * i128::from(*nanos);
        sum = sum.checked_add(part).ok_or(LONG)?;
        rest = behind;
    }
    i64::try_from(sign * sum).map_err(|_| LONG)
}

/// Prints nanoseconds as Flux writes a duration, hours as the longest unit.
pub(in crate::query) struct Spelled(pub(in crate::query) i64);

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let mut rest = self.0.unsigned_abs();
        for (name, nanos) in UNITS.iter().skip_while(|(name, _)| *name != "h") {
            let nanos = nanos.unsigned_abs();
            if rest >= nanos {
                write!(f, "{}{name}", rest / nanos)?;
                rest %= nanos;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_printed() {
        let table = [
            ("1h30m", 5_400_000_000_000),
            ("-5s", -5_000_000_000),
            ("1w2d", 777_600_000_000_000),
            ("1ms2us3ns", 1_002_003),
            ("2µs", 2_000),
            ("0s", 0),
            ("2562047h47m16s854ms775us807ns", i64::MAX),
            ("-2562047h47m16s854ms775us808ns", i64::MIN),
            ("-9223372036854775808ns", i64::MIN),
        ];
        for (text, nanos) in table {
            assert_eq!(parse(text), Ok(nanos), "{text}");
            assert_eq!(parse(&Spelled(nanos).to_string()), Ok(nanos), "{text}");
        }
        assert_eq!(Spelled(5_400_000_000_000).to_string(), "1h30m");
        assert_eq!(Spelled(-1_002_003).to_string(), "-1ms2us3ns");
        assert_eq!(Spelled(0).to_string(), "0s");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        let table = [
            ("", "is no duration"),
            ("-", "is no duration"),
            ("h", "is no duration"),
            ("1", "is no duration"),
            ("1x", "is no duration"),
            ("1h 2m", "is no duration"),
            ("--1h", "is no duration"),
            ("1mo", "months or years"),
            ("1y2d", "months or years"),
            ("2562048h", "64 bits"),
            ("9223372036854775808ns", "64 bits"),
            ("-9223372036854775809ns", "64 bits"),
            ("99999999999999999999h", "64 bits"),
        ];
        for (text, part) in table {
            let reason = parse(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }
}

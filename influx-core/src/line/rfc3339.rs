//! Times read from text: RFC 3339, to the nanosecond, by integers alone.

use crate::line::Epoch;

/// The moment that a text such as `2026-11-22T17:00:00.123456789+01:00` names, digits beyond nanoseconds left out.
///
/// # Errors
///
/// What is wrong with it, as the end of a sentence that begins with the text.
pub(crate) fn parse(text: &str) -> Result<Epoch, &'static str> {
    read(text, None)
}

/// The same, where a time without offset is one of UTC: as the SQL of InfluxDB 3 answers.
///
/// # Errors
///
/// As [`parse`].
#[cfg(feature = "client")]
pub(crate) fn parse_utc(text: &str) -> Result<Epoch, &'static str> {
    read(text, Some(0))
}

fn read(text: &str, implied: Option<i64>) -> Result<Epoch, &'static str> {
    const FORM: &str = "is no time as RFC 3339 writes it, such as 2026-11-22T17:00:00Z";
    let bytes = text.as_bytes();
    let Moment { date: (year, month, day), time: (hour, minute, second), nanos, offset } =
        Moment::as_servers_write(bytes).or_else(|| Moment::of(bytes)).ok_or(FORM)?;
    let offset =
        offset.or(implied).ok_or("has no offset from UTC: end it with Z, or with one such as +01:00")?;
    let in_calendar = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !in_calendar {
        return Err("is no date of the calendar");
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err("is no time of day, which ends with 23:59:59");
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Ok(Epoch::from_parts(seconds, nanos))
}

/// What a text says, whether there is such a moment or not.
#[derive(Debug, PartialEq)]
struct Moment {
    /// Year, month and day.
    date: (i64, i64, i64),
    /// Hour, minute and second.
    time: (i64, i64, i64),
    nanos: u32,
    /// From UTC, in seconds; `None`: it says none.
    offset: Option<i64>,
}

impl Moment {
    /// Reads the shape that servers write, `2023-11-14T22:13:20Z` with up to nine digits behind the second, all at once:
    /// it stands in every row.
    #[inline]
    fn as_servers_write(text: &[u8]) -> Option<Self> {
        const WEIGHTS: [u32; 9] = [100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
        let (head, rest) = text.split_first_chunk()?;
        let &[c0, c1, y0, y1, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', i0, i1, b':', s0, s1] = head
        else {
            return None;
        };
        let nanos = match rest {
            [b'Z'] => 0,
            [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => {
                let mut sum = 0;
                for (byte, weight) in digits.iter().zip(WEIGHTS) {
                    sum += u32::from(digit(*byte)?) * weight;
                }
                sum
            }
            _ => return None,
        };
        Some(Self {
            date: (number(c0, c1)? * 100 + number(y0, y1)?, number(m0, m1)?, number(d0, d1)?),
            time: (number(h0, h1)?, number(i0, i1)?, number(s0, s1)?),
            nanos,
            offset: Some(0),
        })
    }

    /// Reads any shape.
    fn of(text: &[u8]) -> Option<Self> {
        let mut rest = Rest(text);
        let year = rest.number(4)?;
        let month = rest.byte(b"-")?.number(2)?;
        let day = rest.byte(b"-")?.number(2)?;
        let hour = rest.byte(b"Tt ")?.number(2)?;
        let minute = rest.byte(b":")?.number(2)?;
        let second = rest.byte(b":")?.number(2)?;
        let nanos = rest.fraction()?;
        let offset = if rest.0.is_empty() { None } else { Some(rest.offset()?) };
        rest.0.is_empty().then_some(Self {
            date: (year, month, day),
            time: (hour, minute, second),
            nanos,
            offset,
        })
    }
}

/// The number of two digits.
#[inline]
fn number(tens: u8, ones: u8) -> Option<i64> {
    Some(i64::from(digit(tens)? * 10 + digit(ones)?))
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    Some(byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9)
}

/// What of the text is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Takes one of the bytes.
    fn byte(&mut self, any: &[u8]) -> Option<&mut Self> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        any.contains(first).then_some(self)
    }

    /// Takes a number of so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    }

    /// Takes the part of a second, if there is one, in nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let Some(digits) = self.0.strip_prefix(b".") else { return Some(0) };
        let len = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = digits.split_at_checked(len)?;
        self.0 = rest;
        let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
        (len > 0).then(|| padded.fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
    }

    /// Takes the offset from UTC, in seconds.
    fn offset(&mut self) -> Option<i64> {
        let (sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let sign = match sign {
            b'Z' | b'z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, minutes) = (self.number(2)?, self.byte(b":")?.number(2)?);
        (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

pub(crate) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, counted in years that begin in March, so that the leap day is their last.
pub(crate) fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Months from March on: 31, 30, 31, 30, 31, and again.
    let days_before_month = (153 * month + 2) / 5;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + days_before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::super::moment::date_of;
    use super::*;
    use crate::Precision;

    fn nanos(text: &str) -> i64 {
        parse(text).unwrap().to_precision(Precision::Nanoseconds).unwrap()
    }

    #[test]
    fn texts_are_read_to_the_nanosecond() {
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01t00:00:00.000000001z", 1),
            ("1969-12-31 23:59:59.5Z", -500_000_000),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1969-12-31T20:30:00-03:30", 0),
            ("2000-02-29T12:34:56.789Z", 951_827_696_789_000_000),
            ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123_456_789),
            // the digits beyond are left out: toward the past
            ("2023-11-14T22:13:20.1234567899999Z", 1_700_000_000_123_456_789),
            ("1969-12-31T23:59:59.9999999999Z", -1),
            ("2262-04-11T23:47:16.854775806Z", i64::MAX - 1),
            ("1677-09-21T00:12:43.145224194Z", -(i64::MAX - 1)),
        ];
        for (text, expected) in table {
            assert_eq!(nanos(text), expected, "{text}");
        }
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_missing_offset_may_mean_utc() {
        assert_eq!(parse_utc("1970-01-01T00:00:01"), parse("1970-01-01T00:00:01Z"));
        assert_eq!(parse_utc("1970-01-01T00:00:01+01:00"), parse("1970-01-01T00:00:01+01:00"));
        assert!(parse_utc("1970-01-01").is_err());
    }

    #[test]
    fn the_short_way_reads_what_the_long_one_does() {
        let mut short = 0;
        for text in ["2023-11-14T22:13:20Z", "2023-11-14T22:13:20.1Z", "2023-11-14T22:13:20.123456789Z"] {
            assert!(Moment::as_servers_write(text.as_bytes()).is_some(), "{text}");
            // each byte by each other, and taken out
            for (at, byte) in (0..text.len()).flat_map(|at| (0..=255).map(move |byte| (at, byte))) {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] = byte;
                let without = [&bytes[..at], &bytes[at + 1..]].concat();
                for bytes in [bytes, without] {
                    if let Some(moment) = Moment::as_servers_write(&bytes) {
                        assert_eq!(Some(moment), Moment::of(&bytes), "{bytes:?}");
                        short += 1;
                    }
                }
            }
        }
        assert!(short > 500, "{short}");
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut day = days_since_1970(0, 1, 1);
        for year in 0..=9999 {
            for month in 1..=12 {
                for date in 1..=days_in(year, month) {
                    assert_eq!(days_since_1970(year, month, date), day, "{year}-{month}-{date}");
                    assert_eq!(date_of(day), (year, month, date));
                    day += 1;
                }
            }
        }
        assert_eq!(days_since_1970(1970, 1, 1), 0);
    }

    #[test]
    fn what_is_printed_is_what_was_read() {
        for text in [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.5Z",
            "2000-02-29T12:34:56.789Z",
            "2023-11-14T22:13:20.000000001Z",
            "2262-04-11T23:47:16.854775806Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Epoch::from_ticks(-1, Precision::Milliseconds).to_string(), "1969-12-31T23:59:59.999Z");
        for ticks in [i64::MIN, i64::MAX] {
            for unit in [Precision::Nanoseconds, Precision::Seconds] {
                let _ = Epoch::from_ticks(ticks, unit).to_string();
            }
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let form = "is no time as RFC 3339";
        let table = [
            ("", form),
            ("now", form),
            ("2023-11-14", form),
            ("2023-11-14T22:13", form),
            ("2023-11-14T22:13:20.Z", form),
            ("2023-11-14T22:13:20Z ", form),
            ("2023-11-14T22:13:20+0100", form),
            ("2023-11-14T22:13:20+24:00", form),
            ("+023-11-14T22:13:20Z", form),
            ("2023-11-14T22:13:20é", form),
            ("20é3-11-14T22:13:20Z", form),
            ("2023-11-14T22:13:20", "has no offset"),
            ("2023-02-29T00:00:00Z", "no date of the calendar"),
            ("1900-02-29T00:00:00Z", "no date of the calendar"),
            ("2023-13-01T00:00:00Z", "no date of the calendar"),
            ("2023-00-01T00:00:00Z", "no date of the calendar"),
            ("2023-01-00T00:00:00Z", "no date of the calendar"),
            ("2023-01-01T24:00:00Z", "no time of day"),
            ("2016-12-31T23:59:60Z", "no time of day"),
        ];
        for (text, part) in table {
            let reason = parse(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
        // a moment, but outside what servers store
        assert_eq!(parse("9999-12-31T23:59:59Z").unwrap().to_precision(Precision::Seconds), None);
    }
}

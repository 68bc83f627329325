//! What a text says: a whole number, a moment, a time of day.

use jiff::civil;
use jiff::fmt::temporal::Pieces;

pub(super) const SECOND: i128 = 1_000_000_000;

/// A decimal number that is whole, such as `21`, `21.0` or `2.1e1`, without a detour over doubles.
pub(super) fn whole(text: &str) -> Result<i128, &'static str> {
    const NONE: &str = "is no number";
    const BROKEN: &str = "is no whole number: give the schema, in which it is of floats";
    const LARGE: &str = "is out of its range: give the schema, in which it is of floats";
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => (-1, number),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = match number.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| NONE)?),
        None => (number, 0),
    };
    let (before, after) = number.split_once('.').unwrap_or((number, ""));
    let digits = || before.bytes().chain(after.bytes());
    if digits().next().is_none() || !digits().all(|digit| digit.is_ascii_digit()) {
        return Err(NONE);
    }
    // the place of the point among the digits
    let point = i64::try_from(before.len()).unwrap_or(i64::MAX).saturating_add(exponent.into());
    let mut value = 0_i128;
    for (at, digit) in (0_i64..).zip(digits()) {
        if at < point {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add((digit - b'0').into()))
                .ok_or(LARGE)?;
        } else if digit != b'0' {
            return Err(BROKEN);
        }
    }
    let written = i64::try_from(before.len() + after.len()).unwrap_or(i64::MAX);
    for _ in written..point {
        if value == 0 {
            break;
        }
        value = value.checked_mul(10).ok_or(LARGE)?;
    }
    Ok(sign * value)
}

/// Nanoseconds since 1970 of a text by ISO 8601, such as `2024-05-01`, `2024-05-01 12:00:00.5`, `2024-05-01T12:00:00+02:00`.
/// `zoned` says that it needs an offset from UTC, `local` that it may have none.
pub(super) fn moment(text: &str, zoned: bool, local: bool) -> Result<i128, String> {
    let none = || "is no date or time by ISO 8601".to_owned();
    let joined = without_blanks(text);
    let pieces = Pieces::parse(joined.as_deref().unwrap_or(text)).map_err(|_| none())?;
    // A name of a zone is not looked up.
    if pieces.time_zone_annotation().is_some() || is_leap_second(text) {
        return Err(none());
    }
    let at = pieces.date().to_datetime(pieces.time().unwrap_or(civil::Time::midnight()));
    let since = at.duration_since(civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_nanos();
    match pieces.offset() {
        None if zoned => {
            Err("has no offset from UTC, and its column a time zone: give the schema, in which the \
                              column has none, and the roles the time_zone"
                .to_owned())
        }
        None => Ok(since),
        Some(_) if local => {
            Err("has an offset from UTC, and the roles give times a time_zone: leave that out, or \
                                 ignore the column"
                .to_owned())
        }
        Some(offset) => Ok(since - i128::from(offset.to_numeric_offset().seconds()) * SECOND),
    }
}

/// As some programs write it: `2024-05-01 12:00:00 +0200`.
fn without_blanks(text: &str) -> Option<String> {
    let (at, offset) = text.rsplit_once(' ')?;
    (offset.starts_with(['+', '-']) && at.contains(':')).then(|| format!("{}{offset}", at.trim_end()))
}

/// Whether it is in the 60th second, of which a parser makes another one.
fn is_leap_second(text: &str) -> bool {
    let time = text.split_once(['T', 't', ' ']).map_or(text, |(_, time)| time);
    let digits =
        time.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').filter(|byte| *byte != b':');
    digits.skip(4).eq(*b"60")
}

/// Nanoseconds since midnight of a text such as `12:00` or `12:00:00.5`.
pub(super) fn time_of_day(text: &str) -> Result<i128, String> {
    let is_time = text.as_bytes().get(2) == Some(&b':')
        && text.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte))
        && !is_leap_second(text);
    let time = Some(text).filter(|_| is_time).and_then(|text| text.parse::<civil::Time>().ok());
    let time = time.ok_or("is no time of day, such as 12:00:00")?;
    Ok(time.duration_since(civil::Time::midnight()).as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_or_not_by_their_digits() {
        let cases = [
            ("0", Ok(0)),
            ("-0.0", Ok(0)),
            ("0e2147483647", Ok(0)),
            ("21.0", Ok(21)),
            ("+2.1e1", Ok(21)),
            ("2100E-2", Ok(21)),
            ("1e18", Ok(1_000_000_000_000_000_000)),
            ("9007199254740993.0", Ok(9_007_199_254_740_993)),
            ("-9223372036854775808", Ok(i64::MIN.into())),
            ("1e39", Err("range")),
            ("1e2147483647", Err("range")),
            ("4503599627370496.5", Err("whole")),
            ("21.00000000000000001", Err("whole")),
            ("1e-400", Err("whole")),
            ("1e-2147483648", Err("whole")),
            ("1e2147483648", Err("no number")),
            ("", Err("no number")),
            ("-", Err("no number")),
            (".", Err("no number")),
            ("1.2.3", Err("no number")),
            ("--1", Err("no number")),
            ("1_0", Err("no number")),
            ("NaN", Err("no number")),
        ];
        for (text, expected) in cases {
            match (whole(text), expected) {
                (Ok(value), Ok(expected)) => assert_eq!(value, expected, "{text}"),
                (Err(why), Err(word)) => assert!(why.contains(word), "{text}: {why}"),
                (got, _) => panic!("{text}: {got:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn moments_and_times_are_read_as_programs_write_them() {
        let day = 19_844 * 86_400 * SECOND; // 2024-05-01
        let noon = day + 43_200 * SECOND;
        for (text, expected) in [
            ("2024-05-01", Some(day)),
            ("20240501", Some(day)),
            ("2024-05-01 12:00", Some(noon)),
            ("2024-05-01T12:00:00,5", Some(noon + SECOND / 2)),
            ("2024-05-01t12:00:00z", Some(noon)),
            ("2024-05-01 14:00:00+02", Some(noon)),
            ("2024-05-01 14:00:00 +0200", Some(noon)),
            ("2024-05-01T14:00:00  +02:00", Some(noon)),
            ("2024-05-01 10:00:00 -02:00", Some(noon)),
            ("2024-05-01 -0200", None),
            ("2024-05-01 12:00:00 UTC", None),
            ("2024-05-01T12:00:00[UTC]", None),
            ("2024-05-01T23:59:60Z", None),
            ("2024-05-01 235960", None),
            ("2024-05-01T24:00:00", None),
            ("2024-02-30", None),
            ("12:00", None),
            ("", None),
        ] {
            assert_eq!(moment(text, false, false).ok(), expected, "{text}");
        }
        for (text, expected) in [
            ("12:00", Some(43_200 * SECOND)),
            ("00:00:01.5", Some(3 * SECOND / 2)),
            ("23:59:60", None),
            ("2024-05-01T12:00:00", None),
            ("12:00+02:00", None),
            ("12", None),
            ("1200", None),
            ("25:00", None),
        ] {
            assert_eq!(time_of_day(text).ok(), expected, "{text}");
        }
    }
}

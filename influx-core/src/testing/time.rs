//! Times as InfluxDB writes and reads them: RFC 3339, to the nanosecond.

use std::time::SystemTime;

/// A second in nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;
/// A day in seconds.
const DAY: i64 = 86_400;

/// Nanoseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// A time in UTC, such as `2024-01-31T12:00:00.5Z`: with a fraction as long as it needs to be.
pub(super) fn rfc3339(nanos: i64) -> String {
    let (seconds, fraction) = (nanos.div_euclid(SECOND), nanos.rem_euclid(SECOND));
    let ((year, month, day), second) = (date(seconds.div_euclid(DAY)), seconds.rem_euclid(DAY));
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        text.push_str(format!(".{fraction:09}").trim_end_matches('0'));
    }
    text + "Z"
}

/// The time of a text such as `2024-01-31T12:00:00.5+01:00`; `None` if it is none, or none that InfluxDB can store.
pub(super) fn parse(text: &str) -> Option<i64> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (hour, rest) = number(rest.strip_prefix('T')?, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, rest) = number(rest, digits).filter(|_| (1..=9).contains(&digits))?;
            (fraction * 10_i64.pow(9 - u32::try_from(digits).ok()?), rest)
        }
        None => (0, rest),
    };
    let days = days(year, month, day);
    if date(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days * DAY + hour * 3_600 + minute * 60 + second - offset(rest)?;
    // only the sum fits near the ends
    i64::try_from(i128::from(seconds) * i128::from(SECOND) + i128::from(fraction)).ok()
}

/// The seconds of `Z`, `+01:00` and the like.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text {
        "Z" => return Some(0),
        _ => {
            text.strip_prefix('+').map(|rest| (1, rest)).or(text.strip_prefix('-').map(|rest| (-1, rest)))?
        }
    };
    let (hours, rest) = number(rest, 2)?;
    let (minutes, rest) = number(rest.strip_prefix(':')?, 2)?;
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The number of so many digits at the start of a text, and what follows it.
fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| is_number).map(|number| (number, rest))
}

/// The same time of day so many months later; the last day of the month, if that has no such day.
pub(super) fn months_later(nanos: i64, months: i64) -> Option<i64> {
    const NANOS: i64 = DAY * SECOND;
    let (year, month, day) = date(nanos.div_euclid(NANOS));
    let month = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = (1..=day).rev().find(|day| date(days(year, month, *day)) == (year, month, *day))?;
    days(year, month, day).checked_mul(NANOS)?.checked_add(nanos.rem_euclid(NANOS))
}

/// Years are counted from March on, so that the leap day is their last; 400 of them are an era, which is
/// 146,097 days. Day 0 of era 0 is this many days before 1970.
const ERA_TO_1970: i64 = 719_468;
const ERA: i64 = 146_097;

/// The year, month and day of a day since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let (era, day) = ((days + ERA_TO_1970).div_euclid(ERA), (days + ERA_TO_1970).rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let march = (5 * day + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day - (153 * march + 2) / 5 + 1)
}

/// The day since 1970 of a year, month and day.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year.saturating_sub(i64::from(month <= 2)).clamp(-1_000_000, 1_000_000);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + year * 365 + year / 4 - year / 100 + day - ERA_TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read() {
        for (text, nanos) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999999999Z", -1),
            ("2000-02-29T12:30:01.5Z", 951_827_401_500_000_000),
            ("2024-03-01T00:00:00Z", 1_709_251_200_000_000_000),
            ("1677-09-21T00:12:43.145224194Z", -9_223_372_036_854_775_806),
            ("2262-04-11T23:47:16.854775806Z", 9_223_372_036_854_775_806),
        ] {
            assert_eq!(rfc3339(nanos), text);
            assert_eq!(parse(text), Some(nanos), "{text}");
        }
        assert_eq!(parse("2024-03-01T01:30:00+01:30"), parse("2024-03-01T00:00:00Z"));
        assert_eq!(parse("2024-02-29T23:59:00.000-00:01"), parse("2024-03-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2024-03-01",
            "2024-02-30T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-03-01T24:00:00Z",
            "2024-03-01T00:00:00",
            "2024-03-01T00:00:00.Z",
            "2024-03-01T00:00:00.1234567890Z",
            "2024-03-01T00:00:00+1:00",
            "2024-03-01T00:00:00Zx",
            "+024-03-01T00:00:00Z",
            "9999-01-01T00:00:00Z",
            "é024-03-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let later = |text, months| parse(text).and_then(|nanos| months_later(nanos, months)).map(rfc3339);
        assert_eq!(later("2024-01-31T01:00:00Z", 1).as_deref(), Some("2024-02-29T01:00:00Z"));
        assert_eq!(later("2024-01-31T01:00:00Z", -2).as_deref(), Some("2023-11-30T01:00:00Z"));
        assert_eq!(later("2024-01-31T01:00:00Z", i64::MAX), None);
    }
}

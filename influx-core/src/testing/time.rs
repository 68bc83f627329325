//! Times as InfluxDB writes and reads them: RFC 3339, to the nanosecond.

use std::time::SystemTime;

use crate::line::{Epoch, Precision, moment, rfc3339};

/// A second in nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;

/// Nanoseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// A time in UTC, such as `2024-01-31T12:00:00.5Z`: with a fraction as long as it needs to be.
pub(super) fn rfc3339(nanos: i64) -> String {
    Epoch::from_ticks(nanos, Precision::Nanoseconds).to_string()
}

/// The time of a text such as `2024-01-31T12:00:00.5+01:00`; `None` if it is none, or none that InfluxDB can store.
pub(super) fn parse(text: &str) -> Option<i64> {
    rfc3339::parse(text).ok()?.to_precision(Precision::Nanoseconds)
}

/// The same time of day so many months later; the last day of the month, if that has no such day.
pub(super) fn months_later(nanos: i64, months: i64) -> Option<i64> {
    const NANOS: i64 = 86_400 * SECOND;
    let (year, month, day) = moment::date_of(nanos.div_euclid(NANOS));
    let month = (year * 12 + month - 1).checked_add(months)?;
    // far years are none that can be stored, and would only be too far for their days
    let (year, month) = (month.div_euclid(12).clamp(-1_000_000, 1_000_000), month.rem_euclid(12) + 1);
    let day = day.min(rfc3339::days_in(year, month));
    let days = rfc3339::days_since_1970(year, month, day);
    days.checked_mul(NANOS)?.checked_add(nanos.rem_euclid(NANOS))
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

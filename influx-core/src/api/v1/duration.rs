//! Lengths of time, as InfluxQL takes them and as InfluxDB 1 prints them.

use std::time::Duration;

use crate::error::{Error, Result};

/// A length of time as a statement has it; `None` is without end.
///
/// # Errors
///
/// It is zero, which the server takes for one without end, or is more than its clock holds.
pub(super) fn literal(duration: Option<Duration>) -> Result<String> {
    match duration {
        None => Ok("INF".to_owned()),
        Some(Duration::ZERO) => {
            Err(Error::config("a retention policy of no time keeps nothing: leave it out"))
        }
        Some(duration) if i64::try_from(duration.as_nanos()).is_err() => Err(Error::config(format!(
            "{duration:?} is longer than the server's clock reaches: leave it out"
        ))),
        Some(duration) if duration.subsec_nanos() == 0 => Ok(format!("{}s", duration.as_secs())),
        Some(duration) => Ok(format!("{}ns", duration.as_nanos())),
    }
}

/// What the server prints, such as `168h0m0s`; `None` if it is nothing of that kind.
pub(super) fn parse(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 7] = [
        ("h", 3_600_000_000_000),
        ("ms", 1_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("µs", 1_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let mut rest = text;
    let mut nanos = 0_u64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, behind) = rest.split_at(end);
        let (unit, behind) =
            UNITS.iter().find_map(|(name, unit)| Some((*unit, behind.strip_prefix(name)?)))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        nanos = nanos.checked_add(whole.parse::<u64>().ok()?.checked_mul(unit)?)?;
        let mut worth = unit;
        for digit in fraction.bytes() {
            worth /= 10;
            nanos = nanos.checked_add(worth * u64::from(digit.checked_sub(b'0')?))?;
        }
        rest = behind;
    }
    (!text.is_empty()).then(|| Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_prints_is_read() {
        for (text, nanos) in [
            ("0s", 0),
            ("168h0m0s", 604_800_000_000_000),
            ("1h30m0.5s", 5_400_500_000_000),
            ("1h0m0.000000001s", 3_600_000_000_001),
            ("1.5ms", 1_500_000),
            ("2µs", 2_000),
            ("7ns", 7),
        ] {
            assert_eq!(parse(text), Some(Duration::from_nanos(nanos)), "{text}");
        }
        for text in ["", "1", "h", "1x", "-1s", "1..5s", "1.5.5s", "99999999999h", "é"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_server_takes_is_written() {
        for (duration, text) in [
            (None, "INF"),
            (Some(Duration::from_secs(604_800)), "604800s"),
            (Some(Duration::new(3_600, 1)), "3600000000001ns"),
            (Some(Duration::from_millis(3_600_500)), "3600500000000ns"),
        ] {
            assert_eq!(literal(duration).unwrap(), text);
        }
        for duration in [Duration::ZERO, Duration::MAX] {
            assert!(literal(Some(duration)).is_err());
        }
    }
}

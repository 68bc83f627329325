//! Timestamps: units, the types that are times, and what is out of range.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use influx_core::{EncodeOptions, Measurement, Micros, Millis, Nanos, Precision, Seconds, Timestamp};

use super::{line, line_with, refusal};

macro_rules! in_unit {
    ($unit:literal, $ticks:expr) => {{
        #[derive(Measurement)]
        struct M<T> {
            #[field]
            v: bool,
            #[time(unit = $unit)]
            at: T,
        }
        M { v: true, at: $ticks }
    }};
}

#[test]
fn integers_have_the_unit_that_is_said() {
    assert_eq!(line(&in_unit!("ns", 5i64)), "m v=true 5");
    assert_eq!(line(&in_unit!("us", 5u64)), "m v=true 5000");
    assert_eq!(line(&in_unit!("ms", -5i32)), "m v=true -5000000");
    assert_eq!(line(&in_unit!("s", 5u8)), "m v=true 5000000000");
    assert_eq!(line(&in_unit!("nanoseconds", 5usize)), "m v=true 5");
    assert_eq!(line(&in_unit!("microseconds", &5i64)), "m v=true 5000");
    assert_eq!(line(&in_unit!("milliseconds", Some(5i64))), "m v=true 5000000");
    assert_eq!(line(&in_unit!("seconds", Some(5i64))), "m v=true 5000000000");
    assert_eq!(line(&in_unit!("s", None::<i64>)), "m v=true");
}

#[test]
fn times_that_servers_do_not_store_are_refused() {
    let expected = "timestamp: the time is outside the years 1677 to 2262 that servers store";
    assert_eq!(refusal(&in_unit!("s", i64::MAX)), expected);
    assert_eq!(refusal(&in_unit!("ns", u64::MAX)), expected);
    assert_eq!(refusal(&in_unit!("ns", i64::MIN)), expected);
    assert_eq!(line(&in_unit!("ns", i64::MAX - 1)), "m v=true 9223372036854775806");
}

#[derive(Measurement)]
struct At<T> {
    #[field]
    v: bool,
    #[time]
    at: T,
}

#[track_caller]
fn check(at: impl Timestamp, nanos: i64) {
    assert_eq!(line(&At { v: true, at }), format!("at v=true {nanos}"));
}

#[test]
fn types_that_know_their_unit() {
    check(Nanos(-3), -3);
    check(Micros(3), 3_000);
    check(Millis(3), 3_000_000);
    check(Seconds(3), 3_000_000_000);
    check(Some(Seconds(3)), 3_000_000_000);
    check(&Seconds(3), 3_000_000_000);
    assert_eq!(line(&At { v: true, at: None::<Seconds> }), "at v=true");
}

#[test]
fn system_times_on_both_sides_of_1970() {
    check(UNIX_EPOCH + Duration::new(1, 7), 1_000_000_007);
    check(UNIX_EPOCH - Duration::new(1, 7), -1_000_000_007);
    check(Some(UNIX_EPOCH), 0);
    assert_eq!(line(&At { v: true, at: None::<SystemTime> }), "at v=true");
}

#[test]
fn types_of_chrono() {
    use chrono::{DateTime, FixedOffset, Utc};
    let utc = DateTime::<Utc>::from_timestamp(-2, 999_999_999).unwrap();
    check(utc, -1_000_000_001);
    check(Some(utc.with_timezone(&FixedOffset::east_opt(7200).unwrap())), -1_000_000_001);
}

#[test]
fn types_of_jiff() {
    let time = jiff::Timestamp::from_nanosecond(-1_000_000_001).unwrap();
    check(time, -1_000_000_001);
    check(time.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(-3))), -1_000_000_001);
}

#[test]
fn types_of_time() {
    use time::{OffsetDateTime, UtcDateTime, UtcOffset};
    let time = OffsetDateTime::from_unix_timestamp_nanos(-1_000_000_001).unwrap();
    check(time.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap()), -1_000_000_001);
    check(UtcDateTime::from_unix_timestamp_nanos(-1_000_000_001).unwrap(), -1_000_000_001);
}

#[test]
fn the_buffer_s_precision_rounds_toward_the_past() {
    let in_precision = |precision, nanos| {
        line_with(EncodeOptions::new().precision(precision), &At { v: true, at: Nanos(nanos) })
    };
    assert_eq!(in_precision(Precision::Microseconds, 1_999), "at v=true 1");
    assert_eq!(in_precision(Precision::Milliseconds, -1), "at v=true -1");
    assert_eq!(in_precision(Precision::Seconds, -1_000_000_001), "at v=true -2");
}

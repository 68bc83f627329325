//! Which type reads which value: the table, case by case.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use super::*;
use crate::line::{Epoch, Micros, Millis, Nanos, Precision, Seconds};
use DataType::{Binary, Boolean, Double, Json, Long, String as Text, Ticks, Time, UnsignedLong, Untyped};

fn read<'r, T: FromValue<'r>>(text: &'r str, data_type: DataType) -> Result<T, String> {
    T::from_value(Cell::new(text, data_type)).map_err(|error| error.to_string())
}

#[track_caller]
fn reads<'r, T: FromValue<'r> + PartialEq + Debug>(text: &'r str, data_type: DataType, expected: T) {
    assert_eq!(read(text, data_type), Ok(expected), "{text:?} {data_type}");
}

#[track_caller]
fn refuses<'r, T: FromValue<'r> + Debug>(text: &'r str, data_type: DataType, part: &str) {
    let error = read::<T>(text, data_type).unwrap_err();
    assert!(error.contains(part), "{text:?} {data_type}: {error}");
}

#[test]
fn text_reads_everything_as_it_is_written() {
    for data_type in
        [Text, Double, Long, UnsignedLong, Boolean, Time, DataType::Duration, Binary, Json, Untyped]
    {
        reads("a b", data_type, "a b");
        reads("a b", data_type, "a b".to_owned());
    }
    reads("a", Text, Cow::Borrowed("a"));
    reads("a", Text, Box::<str>::from("a"));
    reads("a", Text, Arc::<str>::from("a"));
    reads("a", Text, Rc::<str>::from("a"));
    reads("é", Text, 'é');
    refuses::<char>("ab", Text, "\"ab\" of type string is not one character");
    refuses::<char>("", Text, "is not one character");
    refuses::<char>("1", Long, "\"1\" of type long is not one character");
}

#[test]
fn integers_fit_or_are_refused() {
    reads("-128", Long, i8::MIN);
    reads("255", UnsignedLong, u8::MAX);
    reads("255", Long, u8::MAX);
    reads("18446744073709551615", UnsignedLong, u64::MAX);
    reads("5", Long, 5_usize);
    refuses::<i8>("128", Long, "\"128\" of type long is not an integer of 8 bits");
    refuses::<u32>("-1", Long, "is not an unsigned integer of 32 bits");
    refuses::<i64>("18446744073709551615", UnsignedLong, "of type unsignedLong is not an integer of 64 bits");
    refuses::<i64>("5", Double, "read it into an f64, or make it an integer in the query");
    refuses::<i64>("5", Text, "\"5\" of type string is not an integer");
    refuses::<i64>("2023-11-14T22:13:20Z", Time, "#[time(unit");
}

#[test]
fn floats_lose_no_digit_of_an_integer() {
    reads("0.1", Double, 0.1_f64);
    reads("0.1", Double, 0.1_f32);
    reads("+Inf", Double, f64::INFINITY);
    reads("-Inf", Double, f32::NEG_INFINITY);
    reads("1e-7", Double, 1e-7_f64);
    assert!(read::<f64>("NaN", Double).unwrap().is_nan());
    assert!(read::<f32>("NaN", Double).unwrap().is_nan());
    reads("5", Long, 5.0_f64);
    reads("9007199254740992", Long, 9_007_199_254_740_992.0_f64);
    reads("18446744073709551615", Untyped, 18_446_744_073_709_551_615.0_f64);
    // a float that JSON writes like an integer
    reads("1234567890123456800", Long, 1_234_567_890_123_456_800.0_f64);
    refuses::<f64>("9007199254740993", Long, "of type long is not an f64");
    refuses::<f32>("16777217", Long, "of type long is not an f32");
    refuses::<f32>("1e300", Double, "of type double is not an f32");
    refuses::<f64>("5", Text, "of type string is not an f64");
    refuses::<f64>("true", Boolean, "of type boolean is not an f64");
}

#[test]
fn booleans_are_two_words() {
    reads("true", Boolean, true);
    reads("false", Boolean, false);
    refuses::<bool>("true", Text, "of type string is not a boolean");
    refuses::<bool>("1", Long, "of type long is not a boolean");
    refuses::<bool>("True", Boolean, "is not a boolean");
}

#[test]
fn times_are_moments() {
    let time = Epoch::from_parts(1_700_000_000, 123_456_789);
    let text = "2023-11-14T22:13:20.123456789Z";
    for data_type in [Time, Text, Untyped] {
        reads(text, data_type, time);
        reads(text, data_type, time.to::<SystemTime>().unwrap());
        reads(text, data_type, Nanos(1_700_000_000_123_456_789));
        reads(text, data_type, Micros(1_700_000_000_123_456));
        reads(text, data_type, Seconds(1_700_000_000));
    }
    reads("1700000000123", Ticks(Precision::Milliseconds), Epoch::from_parts(1_700_000_000, 123_000_000));
    reads("1700000000123", Ticks(Precision::Milliseconds), Seconds(1_700_000_000));
    // the SQL of InfluxDB 3
    reads("1970-01-01T00:00:01", Time, Epoch::from_parts(1, 0));
    reads("-5", Long, Millis(-5));
    reads("5", Untyped, Millis(5));
    refuses::<Epoch>("5", Long, "say its unit by a type such as `Nanos`");
    refuses::<Epoch>("5", Double, "of type double is not a time");
    refuses::<Epoch>("yesterday", Time, "\"yesterday\" is no time as RFC 3339");
    refuses::<Nanos>("9999-12-31T00:00:00Z", Time, "is beyond 64 bits of ns");
}

#[cfg(all(feature = "chrono", feature = "jiff", feature = "time"))]
#[test]
fn times_and_durations_of_other_crates_are_read() {
    let text = "2023-11-14T22:13:20.5Z";
    let epoch = Epoch::from_parts(1_700_000_000, 500_000_000);
    reads(text, Time, epoch.to::<chrono::DateTime<chrono::Utc>>().unwrap());
    reads(text, Time, epoch.to::<chrono::DateTime<chrono::FixedOffset>>().unwrap());
    reads(text, Time, epoch.to::<jiff::Timestamp>().unwrap());
    reads(text, Time, epoch.to::<jiff::Zoned>().unwrap());
    reads(text, Time, epoch.to::<::time::OffsetDateTime>().unwrap());
    reads(text, Time, epoch.to::<::time::UtcDateTime>().unwrap());
    reads("-5s", DataType::Duration, chrono::TimeDelta::seconds(-5));
    reads("-5s", DataType::Duration, jiff::SignedDuration::from_secs(-5));
    reads("-5s", DataType::Duration, ::time::Duration::seconds(-5));
}

#[test]
fn durations_are_texts_of_flux_or_nanoseconds() {
    for data_type in [DataType::Duration, Text, Untyped] {
        reads("1h30m", data_type, Duration::from_secs(5_400));
    }
    reads("1500", DataType::Duration, Duration::from_nanos(1_500));
    refuses::<Duration>("-5s", DataType::Duration, "\"-5s\" leads back");
    refuses::<Duration>("1mo", DataType::Duration, "months or years");
    refuses::<Duration>("5", Long, "its unit is not told");
    refuses::<Duration>("1.5", Double, "of type double is not a duration");
}

#[test]
fn bytes_are_base64() {
    reads("aGk=", Binary, b"hi".to_vec());
    reads("aGk=", Untyped, Box::<[u8]>::from(*b"hi"));
    refuses::<Vec<u8>>("aGk=", Text, "of type string is not bytes in base64");
    refuses::<Vec<u8>>("?", Binary, "\"?\" is not bytes in base64");
}

#[test]
fn untyped_values_read_as_what_is_asked_for() {
    reads("5", Untyped, 5_u8);
    reads("5.0", Untyped, 5_u8);
    reads("5e2", Untyped, 500_i64);
    reads("1", Untyped, true);
    reads("0.0", Untyped, false);
    reads("true", Untyped, true);
    reads("5", Untyped, Value::from("5"));
    reads("5", Untyped, serde_json::json!("5"));
    refuses::<u8>("5.5", Untyped, "\"5.5\" is not an unsigned integer of 8 bits");
    refuses::<i64>("1e30", Untyped, "\"1e30\" is not an integer of 64 bits");
    refuses::<bool>("2", Untyped, "\"2\" is not a boolean");
}

#[test]
fn null_is_for_options_and_values() {
    use crate::query::{Column, Header, Row};
    let header = Arc::new(Header::new(vec![
        Column::new("text", Text),
        Column::new("untyped", Untyped),
        Column::new("number", Double),
    ]));
    let in_csv = Row::new(&header, "", &[0, 0, 0], &[], 1);
    let told = Row::new(&header, "", &[0, 0, 0], &[None, None, None], 1);
    for row in [in_csv, told] {
        for name in ["text", "untyped", "number"] {
            let cell = row.get(name).unwrap();
            assert_eq!(Option::<String>::from_value(cell), Ok(None));
            assert_eq!(Option::<f64>::from_value(cell), Ok(None));
            assert_eq!(Value::from_value(cell), Ok(Value::Null));
            assert_eq!(serde_json::Value::from_value(cell), Ok(serde_json::Value::Null));
            let error = f64::from_value(cell).unwrap_err().to_string();
            assert_eq!(error, "it is null, and not an f64: read it into an Option");
            for refused in [
                bool::from_value(cell).is_err(),
                u8::from_value(cell).is_err(),
                char::from_value(cell).is_err(),
                Epoch::from_value(cell).is_err(),
                Nanos::from_value(cell).is_err(),
                Duration::from_value(cell).is_err(),
                Vec::<u8>::from_value(cell).is_err(),
            ] {
                assert!(refused);
            }
            // CSV does not tell null from an empty string
            let empty = in_csv.get(name) == Some(cell) && name != "number";
            assert_eq!(<&str>::from_value(cell).is_ok(), empty, "{name}");
        }
    }
}

//! Values of text are read exactly, or refused: nothing of them is cut off, and no tag is rewritten.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};
use influx_core::Precision;
use influx_core::testing::StoredPoint;
use influx_frame::load::{LoadError, LoadErrorKind};
use influx_frame::{ClientLoadExt, Files, Roles};
use parquet::data_type::{DoubleType, Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::fixture::{Folder, assert_says, server};

const DAY: i64 = 1_714_521_600_000_000_000; // 2024-05-01

/// What is stored of a file, or why it ended. The types are guessed from its first row, or the schema is said.
async fn load(
    name: &str,
    text: &str,
    schema: Option<Schema>,
    roles: &Roles,
) -> Result<Vec<StoredPoint>, LoadError> {
    let folder = Folder::new();
    let path = folder.write(name, text);
    let files: Files = match (name, schema) {
        ("a.csv", None) => Files::csv(path).infer_rows(1).into(),
        ("a.csv", Some(schema)) => Files::csv(path).schema(schema).into(),
        (_, None) => Files::ndjson(path).infer_rows(1).into(),
        (_, Some(schema)) => Files::ndjson(path).schema(schema).into(),
    };
    let (server, client) = server();
    client.load("b", files, roles).await?;
    let mut points = server.points("b");
    points.sort_by_key(|point| point.time);
    Ok(points)
}

fn v(value: i64, at: i64) -> StoredPoint {
    StoredPoint::new("m", at).field("v", value)
}

/// What is to be stored, or said.
type Expected = Result<Vec<StoredPoint>, &'static [&'static str]>;

fn check(text: &str, got: Result<Vec<StoredPoint>, LoadError>, expected: &Expected) {
    match (got, expected) {
        (Ok(stored), Ok(expected)) => assert_eq!(&stored, expected, "{text}"),
        (Err(error), Err(words)) => {
            assert_eq!(error.kind(), LoadErrorKind::Read, "{text}: {error}");
            assert_says(&error, words);
        }
        (got, _) => panic!("{text}: {got:?}, not {expected:?}"),
    }
}

#[tokio::test]
async fn what_comes_after_the_guessed_rows_is_stored_as_it_stands_or_refused() {
    let numbers = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let tagged = Roles::new("m").tag("t").time_in("at", Precision::Nanoseconds);
    let ignored = Roles::new("m").ignore("t").time_in("at", Precision::Nanoseconds);
    let within =
        Roles::new("m").tag("s.t").ignore("s.x").flatten_structs().time_in("at", Precision::Nanoseconds);
    let without = numbers.clone().ignore("s");
    let measured = Roles::measurement_column("t").time_in("at", Precision::Nanoseconds);
    let (timed, berlin) = (Roles::new("m").time("at"), Roles::new("m").time("at").time_zone("Europe/Berlin"));
    let half = DAY + 500_000_000;
    let cases: [(&str, &str, &Roles, Expected); 28] = [
        // integers
        (
            "a.ndjson",
            "{\"v\":21,\"at\":1}\n{\"v\":21.7,\"at\":2}",
            &numbers,
            Err(&["\"v\"", "\"21.7\"", "row 1"]),
        ),
        ("a.ndjson", "{\"v\":21,\"at\":1}\n{\"v\":1e-20,\"at\":2}", &numbers, Err(&["\"v\"", "1e-20"])),
        (
            "a.ndjson",
            "{\"v\":21,\"at\":1}\n{\"v\":true,\"at\":2}",
            &numbers,
            Err(&["\"v\"", "true", "no number"]),
        ),
        (
            "a.ndjson",
            "{\"v\":9007199254740993,\"at\":1}\n{\"v\":22.0,\"at\":2}\n{\"v\":2.3e1,\"at\":3}",
            &numbers,
            Ok(vec![v(9_007_199_254_740_993, 1), v(22, 2), v(23, 3)]),
        ),
        (
            "a.ndjson",
            "{\"v\":1,\"at\":1}\n{\"v\":18446744073709551615,\"at\":2}",
            &numbers,
            Err(&["\"v\"", "1844"]),
        ),
        ("a.csv", "v,at\n21,1\n21.7,2\n", &numbers, Err(&["21.7", "row 1"])),
        // moments
        (
            "a.csv",
            "v,at\n1,2024-05-01T00:00:00Z\n2,2024-05-01T00:00:00.000000001Z\n3,2024-05-01T00:00:00.5Z\n",
            &timed,
            Ok(vec![v(1, DAY), v(2, DAY + 1), v(3, half)]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01\n2,2024-05-02\n",
            &timed,
            Ok(vec![v(1, DAY), v(2, DAY + 86_400_000_000_000)]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01\n2,2024-05-01 12:00:00\n",
            &timed,
            Err(&["\"at\"", "12:00", "finer", "row 1"]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01 00:00:00\n2,soon\n",
            &timed,
            Err(&["\"at\"", "\"soon\"", "ISO 8601", "row 1"]),
        ),
        ("a.csv", "v,at\n1,2024-05-01 00:00:00\n2,2024-05-01 00:00:60\n", &timed, Err(&[":60", "ISO 8601"])),
        (
            "a.csv",
            "v,at\n1,2024-05-01 00:00:00\n2,9999-12-31 00:00:00\n",
            &timed,
            Err(&["9999", "out of its range"]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01T02:00:00+02:00\n2,2024-05-01T00:00:00.5\n",
            &timed,
            Ok(vec![v(1, DAY), v(2, half)]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01T02:00:00\n2,2024-05-01T02:00:00.5\n",
            &berlin,
            Ok(vec![v(1, DAY), v(2, half)]),
        ),
        (
            "a.csv",
            "v,at\n1,2024-05-01T02:00:00\n2,2024-05-01T00:00:00Z\n",
            &berlin,
            Err(&["\"at\"", "offset", "time_zone", "row 1"]),
        ),
        // of no place, as it is not the time of the row
        ("a.csv", "v,at\n2024-05-01T00:00:00Z,2024-05-01T02:00:00\n", &berlin, Ok(vec![v(DAY, DAY)])),
        // members of structs
        (
            "a.ndjson",
            "{\"v\":1,\"at\":1,\"s\":{}}\n{\"v\":2,\"at\":2,\"s\":{}}",
            &without,
            Ok(vec![v(1, 1), v(2, 2)]),
        ),
        (
            "a.ndjson",
            "{\"v\":1,\"at\":1,\"s\":{}}\n{\"v\":1.5,\"at\":2,\"s\":{}}",
            &without,
            Err(&["\"v\"", "row 1"]),
        ),
        (
            "a.ndjson",
            "{\"t\":{\"x\":1},\"v\":1,\"at\":1}\n{\"t\":{\"x\":1.5},\"v\":2,\"at\":2}",
            &ignored,
            Ok(vec![v(1, 1), v(2, 2)]),
        ),
        (
            "a.ndjson",
            "{\"s\":{\"t\":7,\"x\":1},\"v\":1,\"at\":1}\n{\"s\":{\"t\":\"A12\",\"x\":1.5},\"v\":1,\"at\":2}",
            &within,
            Ok(vec![v(1, 1).tag("s.t", "7"), v(1, 2).tag("s.t", "A12")]),
        ),
        // as some programs write times
        ("a.csv", "v,at\n1,2024-05-01 02:00:00 +0200\n", &timed, Ok(vec![v(1, DAY)])),
        (
            "a.ndjson",
            "{\"v\":21,\"at\":1}\n{\"v\":1e18,\"at\":2}",
            &numbers,
            Ok(vec![v(21, 1), v(1_000_000_000_000_000_000, 2)]),
        ),
        (
            "a.ndjson",
            "{\"v\":21,\"at\":1}\n{\"v\":21.00000000000000001,\"at\":2}",
            &numbers,
            Err(&["no whole number", "row 1"]),
        ),
        // text
        (
            "a.csv",
            "t,v,at\n007,1,1\n+5,1,2\nA12,1,3\n2024-05-01 12:00:00,1,4\n",
            &tagged,
            Ok((1..)
                .zip(["007", "+5", "A12", "2024-05-01 12:00:00"])
                .map(|(at, t)| v(1, at).tag("t", t))
                .collect()),
        ),
        (
            "a.csv",
            "t,v,at\n007,1,1\nTRUE,1,2\n",
            &measured,
            Ok((1..).zip(["007", "TRUE"]).map(|(at, t)| StoredPoint::new(t, at).field("v", 1i64)).collect()),
        ),
        (
            "a.ndjson",
            "{\"t\":7,\"v\":1,\"at\":1}\n{\"t\":\"A12\",\"v\":1,\"at\":2}",
            &tagged,
            Ok(vec![v(1, 1).tag("t", "7"), v(1, 2).tag("t", "A12")]),
        ),
        // what nobody needs may be anything
        ("a.csv", "t,v,at\n1,1,1\nsoon,2,2\n", &ignored, Ok(vec![v(1, 1), v(2, 2)])),
        (
            "a.ndjson",
            "{\"t\":1,\"v\":1,\"at\":1}\n{\"t\":1.5,\"v\":2,\"at\":2}",
            &ignored,
            Ok(vec![v(1, 1), v(2, 2)]),
        ),
    ];
    for (name, text, roles, expected) in cases {
        check(text, load(name, text, None, roles).await, &expected);
    }
}

#[tokio::test]
async fn values_that_a_type_of_the_schema_has_no_room_for_are_refused() {
    let zoned = |unit| DataType::Timestamp(unit, Some("UTC".into()));
    let local = |unit| DataType::Timestamp(unit, None);
    let nested = DataType::Struct(vec![Field::new("w", DataType::Int64, true)].into());
    let second = DAY / 1_000_000_000;
    let cases: [(&str, &str, DataType, Expected); 30] = [
        ("a.csv", "2024-05-01T00:00:00Z", zoned(TimeUnit::Second), Ok(vec![v(second, 1)])),
        ("a.csv", "2024-05-01T00:00:00.5Z", zoned(TimeUnit::Second), Err(&["\"v\"", "finer"])),
        (
            "a.csv",
            "2024-05-01T00:00:00.5Z",
            zoned(TimeUnit::Millisecond),
            Ok(vec![v(second * 1_000 + 500, 1)]),
        ),
        ("a.csv", "9999-12-31T23:59:59Z", zoned(TimeUnit::Second), Ok(vec![v(253_402_300_799, 1)])),
        ("a.csv", "2024-05-01T00:00:00", zoned(TimeUnit::Second), Err(&["no offset"])),
        ("a.csv", "2024-05-01T00:00:00Z", local(TimeUnit::Second), Ok(vec![v(second, 1)])),
        ("a.csv", "2024-05-01T00:00:00[Europe/Berlin]", local(TimeUnit::Second), Err(&["ISO 8601"])),
        ("a.csv", "1714521600", local(TimeUnit::Second), Err(&["ISO 8601"])),
        ("a.csv", "1969-12-31", DataType::Date32, Ok(vec![v(-1, 1)])),
        ("a.csv", "1969-12-31T01:00:00", DataType::Date32, Err(&["finer"])),
        ("a.csv", "1969-12-31T23:59:59.999", DataType::Date64, Ok(vec![v(-1, 1)])),
        ("a.csv", "00:00:01.5", DataType::Time32(TimeUnit::Second), Err(&["finer"])),
        ("a.csv", "00:00:01.5", DataType::Time64(TimeUnit::Microsecond), Ok(vec![v(1_500_000, 1)])),
        ("a.ndjson", "1714521600", local(TimeUnit::Second), Ok(vec![v(second, 1)])),
        ("a.ndjson", "1714521600.25", local(TimeUnit::Second), Err(&["ISO 8601"])),
        ("a.ndjson", "\"2024-05-01T02:00:00+02:00\"", local(TimeUnit::Second), Ok(vec![v(second, 1)])),
        ("a.ndjson", "1.7145216E9", local(TimeUnit::Second), Ok(vec![v(second, 1)])),
        ("a.ndjson", "\"20240501\"", DataType::Date32, Ok(vec![v(19_844, 1)])),
        ("a.ndjson", "19844", DataType::Date32, Ok(vec![v(19_844, 1)])),
        ("a.ndjson", "1.5", DataType::Duration(TimeUnit::Second), Err(&["\"v\"", "whole"])),
        ("a.ndjson", "2", DataType::Duration(TimeUnit::Second), Ok(vec![v(2, 1)])),
        ("a.ndjson", "3600", DataType::Time32(TimeUnit::Second), Ok(vec![v(3_600, 1)])),
        ("a.csv", "3600", DataType::Time32(TimeUnit::Second), Err(&["\"v\"", "no time of day"])),
        ("a.csv", "2024-05-01T12:00:00+02:00", DataType::Time32(TimeUnit::Second), Err(&["no time of day"])),
        ("a.csv", "23:59:60", DataType::Time32(TimeUnit::Second), Err(&["no time of day"])),
        ("a.csv", "2024-05-01 235960", local(TimeUnit::Second), Err(&["ISO 8601"])),
        ("a.ndjson", "300", DataType::Int8, Err(&["\"v\"", "out of its range"])),
        ("a.ndjson", "-1", DataType::UInt16, Err(&["\"v\"", "out of its range"])),
        ("a.ndjson", "-1.0", DataType::Int16, Ok(vec![v(-1, 1)])),
        ("a.ndjson", "{\"w\":1.5}", nested, Err(&["\"w\"", "1.5"])),
    ];
    for (name, value, ty, expected) in cases {
        let schema = Schema::new(vec![Field::new("v", ty, true), Field::new("at", DataType::Int64, true)]);
        let text = match name {
            "a.csv" => format!("v,at\n{value},1\n"),
            _ => format!("{{\"v\":{value},\"at\":1}}\n"),
        };
        let roles = Roles::new("m").time_in("at", Precision::Nanoseconds).flatten_structs();
        check(&text, load(name, &text, Some(schema), &roles).await, &expected);
    }
}

/// A Parquet file whose times are of INT96, by their days since 1970 and nanoseconds; those of the second column stand in
/// a struct as well.
fn int96(folder: &Folder, times: &[(i64, u64)]) -> PathBuf {
    let path = folder.write("a.parquet", "");
    let schema = parse_message_type(
        "message m { required double v; required int96 seen; required int96 at; \
                                       required group s { required double w; required int96 at; } }",
    );
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema.unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let times: Vec<Int96> = times
        .iter()
        .map(|(day, nanos)| {
            let mut time = Int96::new();
            time.set_data(*nanos as u32, (nanos >> 32) as u32, (day + 2_440_588) as u32);
            time
        })
        .collect();
    let well = vec![times[0]; times.len()];
    for times in [None, Some(&well), Some(&times), None, Some(&times)] {
        let mut column = group.next_column().unwrap().unwrap();
        match times {
            None => column.typed::<DoubleType>().write_batch(&vec![1.0; well.len()], None, None).unwrap(),
            Some(times) => column.typed::<Int96Type>().write_batch(times, None, None).unwrap(),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    path
}

#[tokio::test]
async fn times_of_int96_that_nanoseconds_have_no_room_for_are_refused() {
    let folder = Folder::new();
    let (server, client) = server();
    // the first second and the end of the last one that are within as a whole
    let (first, last) = ((-106_752, 764_000_000_000), (106_751, 85_635_999_999_999));
    let day = 86_400_000_000_000;
    let all_of = [
        Roles::new("m").time("at").field("v").ignore_all(["seen", "s"]),
        Roles::new("m").time("at").field("v").ignore_rest(),
        Roles::new("m").time("s.at").field("v").flatten_structs().ignore_rest(),
    ];
    let path = int96(&folder, &[(0, 1), (-1, day - 1), first, last]);
    for roles in &all_of {
        client.load("b", &path, roles).await.unwrap();
    }
    let times: Vec<i64> = server.points("b").iter().map(|point| point.time).collect();
    assert_eq!(times, [-9_223_372_036_000_000_000, -1, 1, 9_223_372_035_999_999_999]);

    for (day, nanos) in [(2_932_896, 0), (-719_162, 5), (-106_752, 0), (106_752, 0)] {
        let mut times = vec![(0, 1); 10_000];
        times[9_000] = (day, nanos);
        let path = int96(&folder, &times);
        for roles in &all_of {
            let error = client.load("b", &path, roles).await.unwrap_err();
            assert_eq!(error.kind(), LoadErrorKind::Read);
            assert_says(&error, &["\"at\"", "row 9000", "no room"]);
        }
        // a column that is not needed may have any
        let roles = Roles::new("m").time("seen").ignore_all(["at", "s"]);
        client.load("b", &path, &roles).await.unwrap();
    }
}

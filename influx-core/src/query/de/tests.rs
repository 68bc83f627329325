//! Rows and records into types of serde, case by case.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::line::{Epoch, Precision};
use crate::query::DataType::{
    self, Boolean, Double, Json, Long, String as Text, Ticks, Time, UnsignedLong, Untyped,
};
use crate::query::fixture::Fixture;
use crate::query::{Record, RowError};

/// The row read as it stands, and by way of a record, which must agree.
#[track_caller]
fn both<T: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(row: &Fixture) -> Result<T, String> {
    let direct = row.row().deserialize::<T>().map_err(|error| error.to_string());
    let record = Record::of(row.row()).unwrap();
    let by_record = record.deserialize::<T>().map_err(|error| error.to_string());
    assert_eq!(direct.as_ref().ok(), by_record.as_ref().ok());
    direct
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Idle,
    Full,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Celsius(f64);

#[derive(Debug, PartialEq, Deserialize)]
struct Heater {
    #[serde(rename = "_time")]
    time: Epoch,
    mode: Mode,
    degrees: Celsius,
    watts: f64,
    count: u8,
    total: u64,
    open: bool,
    note: Option<String>,
    #[serde(default)]
    absent: Option<i64>,
    letter: char,
    bytes: Vec<u8>,
    list: Vec<i64>,
}

fn heater() -> Vec<(&'static str, DataType, &'static str)> {
    vec![
        ("result", Text, "_result"),
        ("_time", Time, "1970-01-01T00:00:05Z"),
        ("mode", Text, "idle"),
        ("degrees", Double, "20.5"),
        ("watts", Long, "40"),
        ("count", Long, "255"),
        ("total", UnsignedLong, "18446744073709551615"),
        ("open", Boolean, "true"),
        ("note", Text, ""),
        ("letter", Text, "é"),
        ("bytes", DataType::Binary, "aGk="),
        ("list", Json, "[1,2]"),
    ]
}

#[test]
fn a_struct_takes_columns_by_name() {
    let expected = Heater {
        time: Epoch::from_parts(5, 0),
        mode: Mode::Idle,
        degrees: Celsius(20.5),
        watts: 40.0,
        count: 255,
        total: u64::MAX,
        open: true,
        note: None,
        absent: None,
        letter: 'é',
        bytes: b"hi".to_vec(),
        list: vec![1, 2],
    };
    assert_eq!(both(&Fixture::new(&heater())), Ok(expected));
}

#[test]
fn errors_name_the_column() {
    let table = [
        ("count", Long, "256", "column \"count\": \"256\" of type long is not an unsigned integer of 8 bits"),
        ("count", Double, "1", "column \"count\": \"1\" of type double is not an unsigned integer of 8 bits"),
        ("open", Text, "true", "column \"open\": \"true\" of type string is not a boolean"),
        ("mode", Text, "off", "column \"mode\": unknown variant `off`, expected `idle` or `full`"),
        ("list", Text, "[1]", "column \"list\": \"[1]\" of type string is not a list"),
        (
            "watts",
            Long,
            "9007199254740993",
            "column \"watts\": \"9007199254740993\" of type long is not an f64",
        ),
        ("degrees", Double, "", "column \"degrees\": it is null, and not an f64"),
    ];
    for (name, data_type, text, part) in table {
        let mut columns = heater();
        columns.retain(|(column, ..)| *column != name);
        columns.push((name, data_type, text));
        let error = both::<Heater>(&Fixture::new(&columns)).unwrap_err();
        assert!(error.starts_with(part), "{error}");
    }
    let error = both::<Heater>(&Fixture::new(&heater()[1..3])).unwrap_err();
    assert_eq!(error, "missing field `degrees`");
}

#[test]
fn tuples_and_lists_take_columns_by_place() {
    let row = Fixture::new(&[("a", Text, "x"), ("b", Long, "1"), ("b", Double, "0.5")]);
    assert_eq!(both(&row), Ok(("x".to_owned(), 1_i8, 0.5_f64)));
    assert_eq!(both::<(String, i64)>(&row).unwrap_err(), "the row has more columns than are read, by 1");
    assert!(both::<(String, i64, f64, f64)>(&row).unwrap_err().contains("invalid length 3"));
    let row = Fixture::new(&[("a", Long, "1"), ("b", Long, "2")]);
    assert_eq!(both(&row), Ok(vec![1, 2]));
}

#[test]
fn maps_have_every_column_and_values_their_types() {
    let row = Fixture::new(&[
        ("a", Text, "x"),
        ("a", Long, "1"),
        ("t", Ticks(Precision::Seconds), "5"),
        ("d", DataType::Duration, "1h30m"),
        ("b", DataType::Binary, "aGk="),
        ("j", Json, r#"{"k":[null]}"#),
        ("n", Double, ""),
    ]);
    let map: BTreeMap<String, serde_json::Value> = both(&row).unwrap();
    assert_eq!(
        serde_json::to_value(map).unwrap(),
        serde_json::json!({
            "a": "x", "a_1": 1, "t": "1970-01-01T00:00:05Z", "d": "1h30m", "b": "aGk=", "j": {"k": [null]}, "n": null
        })
    );
}

#[test]
fn null_is_text_only_where_text_may_be_empty() {
    let row = Fixture::new(&[("a", Text, "")]);
    assert_eq!(both(&row), Ok((String::new(),)));
    let error = both::<(String,)>(&Fixture::new(&[("a", Double, "")])).unwrap_err();
    assert_eq!(error, "column \"a\": it is null, and not text: read it into an Option");
}

#[test]
fn text_is_borrowed_from_the_row() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Cpu<'r> {
        host: &'r str,
        usage: f64,
    }
    let row = Fixture::untyped(&[("host", "a"), ("usage", "0.5")]);
    assert_eq!(row.row().deserialize(), Ok(Cpu { host: "a", usage: 0.5 }));
    let row = Fixture::new(&[("host", Text, "a"), ("usage", Double, "0.5")]);
    assert_eq!(Record::of(row.row()).unwrap().deserialize(), Ok(Cpu { host: "a", usage: 0.5 }));
}

#[test]
fn the_measurement_may_be_the_tag_of_an_enum() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "_measurement", rename_all = "lowercase")]
    enum Any {
        Cpu { usage: f64 },
        Door { open: bool },
    }
    let row = Fixture::new(&[("_measurement", Text, "door"), ("open", Boolean, "true")]);
    assert_eq!(both(&row), Ok(Any::Door { open: true }));
    let row = Fixture::new(&[("_measurement", Text, "cpu"), ("usage", Double, "1")]);
    assert_eq!(both(&row), Ok(Any::Cpu { usage: 1.0 }));
}

#[test]
fn what_is_not_told_reads_as_what_is_asked_for() {
    let row = Fixture::untyped(&[("n", "5"), ("s", "5"), ("b", "true"), ("time", "1970-01-01T00:00:01Z")]);
    let read: Result<(u8, String, bool, Epoch), RowError> = row.row().deserialize();
    assert_eq!(read, Ok((5, "5".to_owned(), true, Epoch::from_parts(1, 0))));
    let untyped = Fixture::new(&[("a", Untyped, "5")]);
    assert_eq!(untyped.row().deserialize(), Ok(BTreeMap::from([("a", "5")])));
}

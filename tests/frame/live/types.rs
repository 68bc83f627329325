//! Frames with every type that can be stored, written to a real server and compared with its answers.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, TimestampNanosecondArray};
use influx_core::{Client, Dialect, Precision};
use influx_frame::{BinaryAs, ClientFrameExt, Roles, WriterFrameExt};
use polars::prelude::{Column, DataFrame};
use serde_json::Value as Json;

use crate::influxd::Influxd;
use crate::values::{Cell, Spec, TAGS, columns, is_empty};

/// The first of them is at this time; a second and a nanosecond lie between two.
const BEGIN: i64 = 1_700_000_000_000_000_000;
const STEP: i64 = 1_000_000_001;

fn client(server: &Influxd) -> Client {
    Client::builder(server.url()).dialect(Dialect::V1).build().unwrap()
}

fn frame(specs: &[Spec], rows: u64) -> RecordBatch {
    let times: TimestampNanosecondArray = (0..rows).map(|row| Some(BEGIN + row as i64 * STEP)).collect();
    let times: ArrayRef = Arc::new(times.with_timezone("Europe/Berlin"));
    let columns = specs.iter().map(|spec| (spec.name, Arc::clone(&spec.array), true));
    RecordBatch::try_from_iter_with_nullable(columns.chain([("at", times, false)])).unwrap()
}

fn roles() -> Roles {
    Roles::new("m").tags(TAGS).time("at").binary(BinaryAs::Base64)
}

fn is(cell: &Cell, answer: &Json) -> bool {
    match cell {
        Cell::Null => answer.is_null() || answer == "",
        Cell::Float(value) => answer.as_f64().is_some_and(|answer| answer == *value),
        Cell::Single(value) => answer.as_f64().is_some_and(|answer| answer as f32 == *value),
        Cell::Integer(value) => answer.as_i64() == Some(*value),
        Cell::Boolean(value) => answer.as_bool() == Some(*value),
        Cell::Text(value) => answer.as_str() == Some(value),
    }
}

/// Compares all values of some rows with what the server has at their times, and says how many rows it has there.
fn compare(server: &Influxd, specs: &[Spec], rows: std::ops::Range<u64>) -> usize {
    let time = |row: u64| BEGIN + row as i64 * STEP;
    let (from, to) = (time(rows.start), time(rows.end));
    let results = server.query("d", &format!("SELECT * FROM m WHERE time >= {from} AND time < {to}"));
    let series = &results[0]["series"][0];
    let names: Vec<_> =
        series["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(!names.contains(&"nothing"), "nothing but nulls is no column: {names:?}");
    assert_eq!(names.len(), specs.len(), "all but that one, and the time: {names:?}");
    let answers = series["values"].as_array().unwrap();
    let mut expected = rows.filter(|row| !is_empty(*row));
    for answer in answers {
        let row = expected.next().unwrap();
        assert_eq!(answer[0].as_i64(), Some(time(row)));
        for spec in specs {
            let Some(at) = names.iter().position(|name| *name == spec.name) else { continue };
            let cell = (spec.expected)(row);
            assert!(is(&cell, &answer[at]), "row {row}, {}: {cell:?} came back as {}", spec.name, answer[at]);
        }
    }
    assert_eq!(expected.next(), None, "a row is not there");
    answers.len()
}

#[tokio::test]
async fn every_value_of_200_000_rows_comes_back() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let rows = 200_000;
    let specs = columns(rows);
    let report = client(&server).write_frame("d", &frame(&specs, rows), &roles()).threads(2).await.unwrap();
    assert_eq!((report.rows, report.stored, report.empty), (rows, rows - 200, 200));
    let pages = (0..rows).step_by(10_000);
    let compared: usize = pages.map(|first| compare(&server, &specs, first..first + 10_000)).sum();
    assert_eq!(compared, 199_800);
    let counts = server.rows("d", "SELECT count(i64), count(utf8), count(binary) FROM m");
    let counted = |name: &str| {
        let spec = specs.iter().find(|spec| spec.name == name).unwrap();
        (0..rows).filter(|row| (spec.expected)(*row) != Cell::Null).count() as u64
    };
    let counts: Vec<_> = counts[0][1..].iter().map(|count| count.as_u64().unwrap()).collect();
    assert_eq!(counts, ["i64", "utf8", "binary"].map(counted));
}

#[tokio::test]
async fn a_writer_stores_the_same() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let rows = 20_000;
    let specs = columns(rows);
    let writer = client(&server).writer("d").unwrap();
    let receipt = writer.write_frame(&frame(&specs, rows), &roles()).await.unwrap();
    let report = receipt.acked().await.unwrap();
    assert_eq!((report.stored, report.empty), (19_980, 20));
    assert_eq!(compare(&server, &specs, 0..rows), 19_980);
}

#[tokio::test]
async fn polars_stores_the_same() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let numbers: Vec<i64> = (0..5_000).collect();
    let (floats, texts): (Vec<_>, Vec<_>) =
        numbers.iter().map(|n| (*n as f64 / 7.0, format!("text {n}"))).unzip();
    let times: Vec<_> = numbers.iter().map(|n| BEGIN + n).collect();
    let frame = DataFrame::new_infer_height(vec![
        Column::new("n".into(), &numbers),
        Column::new("f".into(), &floats),
        Column::new("s".into(), &texts),
        Column::new("at".into(), &times),
    ]);
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let report = client(&server).write_frame("d", &frame.unwrap(), &roles).await.unwrap();
    assert_eq!(report.stored, 5_000);
    let answers = server.rows("d", "SELECT n, f, s FROM m");
    let expected = numbers.iter().map(|n| (*n, *n as f64 / 7.0, format!("text {n}"), BEGIN + n));
    assert_eq!(answers.len(), 5_000);
    for (answer, (n, f, s, at)) in answers.iter().zip(expected) {
        assert_eq!((answer[0].as_i64(), answer[1].as_i64()), (Some(at), Some(n)));
        assert_eq!((answer[2].as_f64(), answer[3].as_str()), (Some(f), Some(s.as_str())));
    }
}

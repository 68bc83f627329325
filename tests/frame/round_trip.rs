//! A frame, its lines in a server, and what queries of them give: the same frame.

use std::fmt::Debug;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray,
    UInt64Array,
};
use influx_core::query::DataType;
use influx_core::testing::{StoredValue, TestServer};
use influx_core::{Client, Dialect};
use influx_frame::{ClientFrameExt, Frame, QueryFrames, ReadFrame, Roles};
use influx_tests::canned::Canned;
use polars::prelude::{Column, DataFrame, DataType as PolarsType, TimeUnit, TimeZone};
use serde_json::{Map, Value, json};

// as the series are sorted, so that all comes in the order of times
const HOSTS: [&str; 5] = ["a", "a", "b c", "d,e=f", "größe"];
const FLOATS: [Option<f64>; 5] = [Some(0.1), Some(f64::MAX), None, Some(-0.5), Some(1.0)];
const INTEGERS: [Option<i64>; 5] = [Some(i64::MIN), None, Some(i64::MAX), Some(0), Some(-1)];
const UNSIGNED: [Option<u64>; 5] = [Some(u64::MAX), Some(0), Some(1), None, Some(1 << 63)];
const FLAGS: [Option<bool>; 5] = [Some(true), Some(false), Some(true), Some(false), None];
const TEXTS: [Option<&str>; 5] = [Some("two\nlines"), Some("\"quoted\", \\"), None, Some("true"), Some("1")];
const TIMES: [i64; 5] = [0, 1, 1_700_000_000_123_456_789, 1_700_000_000_123_456_790, 1 << 62];
const COLUMNS: [&str; 7] = ["time", "host", "float", "integer", "unsigned", "flag", "text"];

fn batch() -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        (
            "time",
            Arc::new(TimestampNanosecondArray::from(TIMES.to_vec()).with_timezone("UTC")) as ArrayRef,
            true,
        ),
        ("host", Arc::new(StringArray::from(HOSTS.to_vec())), true),
        ("float", Arc::new(Float64Array::from(FLOATS.to_vec())), true),
        ("integer", Arc::new(Int64Array::from(INTEGERS.to_vec())), true),
        ("unsigned", Arc::new(UInt64Array::from(UNSIGNED.to_vec())), true),
        ("flag", Arc::new(BooleanArray::from(FLAGS.to_vec())), true),
        ("text", Arc::new(StringArray::from(TEXTS.to_vec())), true),
    ])
    .unwrap()
}

fn data_frame() -> DataFrame {
    let utc = PolarsType::Datetime(TimeUnit::Nanoseconds, Some(TimeZone::UTC));
    DataFrame::new_infer_height(vec![
        Column::new("time".into(), TIMES).cast(&utc).unwrap(),
        Column::new("host".into(), HOSTS),
        Column::new("float".into(), FLOATS),
        Column::new("integer".into(), INTEGERS),
        Column::new("unsigned".into(), UNSIGNED),
        Column::new("flag".into(), FLAGS),
        Column::new("text".into(), TEXTS),
    ])
    .unwrap()
}

/// What is done to a frame that was read, in both libraries.
trait Named: ReadFrame + Debug {
    /// The columns of these names, under those of [`COLUMNS`].
    fn named(&self, names: &[&str]) -> Self;
    fn is_same(&self, other: &Self) -> bool;
}

impl Named for DataFrame {
    fn named(&self, names: &[&str]) -> Self {
        let mut frame = self.select(names.iter().copied()).unwrap();
        frame.set_column_names(&COLUMNS).unwrap();
        frame
    }

    fn is_same(&self, other: &Self) -> bool {
        self.equals_missing(other) && self.schema() == other.schema()
    }
}

impl Named for RecordBatch {
    fn named(&self, names: &[&str]) -> Self {
        let columns = COLUMNS.iter().zip(names).map(|(name, of)| (*name, self[*of].clone(), true));
        Self::try_from_iter_with_nullable(columns).unwrap()
    }

    fn is_same(&self, other: &Self) -> bool {
        self == other
    }
}

/// Writes the frame; the client and the server that has it then.
async fn written<F: Frame>(frame: &F) -> (Client, TestServer) {
    let server = TestServer::builder().token("t").org("o").bucket("b").start().unwrap();
    let client = Client::builder(server.url()).token("t").org("o").build().unwrap();
    let report = client.write_frame("b", frame, &Roles::new("m").tag("host").time("time")).await.unwrap();
    assert_eq!((report.rows, report.stored), (5, 5));
    (client, server)
}

async fn by_flux<F: Named>(frame: F) {
    let (client, _server) = written(&frame).await;
    let query = client.query(r#"from(bucket: "b") |> range(start: 0, stop: 2200-01-01T00:00:00Z)"#);
    let read = query.clone().frame::<F>().pivoted().await.unwrap();
    let names = ["_time", "host", "float", "integer", "unsigned", "flag", "text"];
    let read = read.named(&names);
    assert!(read.is_same(&frame), "{read:?}\n{frame:?}");
    // and in batches
    let mut stream = query.frames::<F>().drop_columns(["_start", "_stop"]).stream().rows(2);
    let mut rows = 0;
    while let Some(frame) = stream.next().await.unwrap() {
        rows += frame.frame.frame_rows();
    }
    assert_eq!(rows, 20, "a row for each field that is no null");
}

/// What is stored, as 1.x answers `SELECT * FROM m`.
fn answer(server: &TestServer) -> String {
    let columns = COLUMNS.map(Value::from).to_vec();
    let rows: Vec<_> = server
        .points("b")
        .iter()
        .map(|point| {
            let mut row: Map<_, _> =
                point.fields.iter().map(|(key, value)| (key.clone(), json_of(value))).collect();
            row.insert("time".to_owned(), point.time.into());
            row.insert("host".to_owned(), point.tags["host"].clone().into());
            COLUMNS.map(|name| row.remove(name).unwrap_or_default()).to_vec()
        })
        .collect();
    json!({"results": [{"statement_id": 0, "series": [{"name": "m", "columns": columns, "values": rows}]}]})
        .to_string()
}

fn json_of(value: &StoredValue) -> Value {
    match value {
        StoredValue::Float(value) => json!(value),
        StoredValue::Integer(value) => json!(value),
        StoredValue::Unsigned(value) => json!(value),
        StoredValue::Boolean(value) => json!(value),
        StoredValue::String(value) => json!(value),
        other => panic!("{other:?}"),
    }
}

async fn by_influxql<F: Named>(frame: F) {
    let (_client, server) = written(&frame).await;
    let (client, _) = Canned::whole(answer(&server)).content_type("application/json").client().unwrap();
    let query = client.influxql("SELECT * FROM m").database("b").dialect(Dialect::V1);
    let read = query.frame::<F>().column_type("unsigned", DataType::UnsignedLong).await.unwrap();
    let read = read.named(&COLUMNS);
    assert!(read.is_same(&frame), "{read:?}\n{frame:?}");
}

#[tokio::test]
async fn frames_of_polars_are_read_by_flux_as_they_were_written() {
    by_flux(data_frame()).await;
}

#[tokio::test]
async fn batches_of_arrow_are_read_by_flux_as_they_were_written() {
    by_flux(batch()).await;
}

#[tokio::test]
async fn frames_of_polars_are_read_by_influxql_as_they_were_written() {
    by_influxql(data_frame()).await;
}

#[tokio::test]
async fn batches_of_arrow_are_read_by_influxql_as_they_were_written() {
    by_influxql(batch()).await;
}

//! Answers of InfluxDB 3 in Parquet.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int32Array, RecordBatch,
    StringArray, Time64MicrosecondArray, TimestampNanosecondArray, UInt64Array,
};
use influx_core::query::{Query, Sql};
use influx_core::{Dialect, ErrorKind};
use influx_frame::QueryParquet;
use influx_tests::canned::Canned;
use polars::prelude::{DataType, TimeUnit, TimeZone};

/// As the server has them: tags are dictionaries, times have no zone.
fn batch() -> RecordBatch {
    let host: DictionaryArray<Int32Type> = [Some("a"), None, Some("a")].into_iter().collect();
    let times = TimestampNanosecondArray::from(vec![1_700_000_000_123_456_789, 0, -1]);
    RecordBatch::try_from_iter([
        ("host", Arc::new(host) as ArrayRef),
        ("time", Arc::new(times)),
        ("usage", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None]))),
        ("count", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1]))),
        ("small", Arc::new(Int32Array::from(vec![Some(-1), None, Some(1)]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("text", Arc::new(StringArray::from(vec!["", "größe", "x\ny"]))),
        (
            "exact",
            Arc::new(Decimal128Array::from(vec![12345, 0, -1]).with_precision_and_scale(9, 2).unwrap()),
        ),
    ])
    .unwrap()
}

fn file(batch: &RecordBatch) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    file
}

fn query(body: &[u8]) -> Query<Sql> {
    let (client, _) = Canned::cut(body, 100).content_type("application/vnd.apache.parquet").client().unwrap();
    client.sql("SELECT * FROM m").database("d")
}

#[tokio::test]
async fn batches_are_those_of_the_file() {
    let batches = query(&file(&batch())).parquet_batches().await.unwrap();
    assert_eq!(batches.schema(), batch().schema());
    assert_eq!(batches.collect::<Result<Vec<_>, _>>().unwrap(), [batch()]);
    let batches = query(&file(&batch())).parquet_batches().rows(2).await.unwrap();
    assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn influxql_of_influxdb_3_has_parquet_and_that_of_others_not() {
    let (client, canned) = Canned::whole(file(&batch())).client().unwrap();
    let query = client.influxql("SELECT * FROM m").database("d");
    let batches = query.clone().dialect(Dialect::V3).parquet_batches().await.unwrap();
    assert_eq!(batches.count(), 1);
    let error = query.dialect(Dialect::V1).parquet_batches().await.unwrap_err();
    assert_eq!((error.kind(), canned.requests().len()), (ErrorKind::Config, 1));
}

#[test]
fn a_file_becomes_a_frame_of_polars_column_by_column() {
    let frame = query(&file(&batch())).parquet_batches().rows(2).wait().unwrap().into_frame().unwrap();
    let types: Vec<_> =
        frame.columns().iter().map(|column| (column.name().as_str(), column.dtype().clone())).collect();
    let utc = DataType::Datetime(TimeUnit::Nanoseconds, Some(TimeZone::UTC));
    assert_eq!(
        types,
        [
            ("host", DataType::String),
            ("time", utc),
            ("usage", DataType::Float64),
            ("count", DataType::UInt64),
            ("small", DataType::Int64),
            ("ok", DataType::Boolean),
            ("text", DataType::String),
            ("exact", DataType::Float64),
        ]
    );
    let column = |name: &str| frame.column(name).unwrap();
    assert_eq!(column("host").str().unwrap().iter().collect::<Vec<_>>(), [Some("a"), None, Some("a")]);
    let times = &column("time").datetime().unwrap().phys;
    assert_eq!(times.iter().collect::<Vec<_>>(), [Some(1_700_000_000_123_456_789), Some(0), Some(-1)]);
    let usage: Vec<_> = column("usage").f64().unwrap().iter().collect();
    assert!(usage[0] == Some(0.5) && usage[1].is_some_and(f64::is_nan) && usage[2].is_none());
    assert_eq!(column("count").u64().unwrap().get(0), Some(u64::MAX));
    assert_eq!(column("small").i64().unwrap().iter().collect::<Vec<_>>(), [Some(-1), None, Some(1)]);
    assert_eq!(column("ok").bool().unwrap().iter().collect::<Vec<_>>(), [Some(true), None, Some(false)]);
    assert_eq!(column("text").str().unwrap().iter().flatten().collect::<Vec<_>>(), ["", "größe", "x\ny"]);
    assert_eq!(column("exact").f64().unwrap().iter().flatten().collect::<Vec<_>>(), [123.45, 0.0, -0.01]);
}

#[test]
fn a_file_without_rows_becomes_a_frame_with_its_columns() {
    let empty = file(&batch().slice(0, 0));
    let frame = query(&empty).parquet_batches().wait().unwrap().into_frame().unwrap();
    assert_eq!(frame.shape(), (0, 8));
}

#[test]
fn a_column_that_polars_does_not_get_is_named() {
    let times = Arc::new(Time64MicrosecondArray::from(vec![1])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("clock", times)]).unwrap();
    let error = query(&file(&batch)).parquet_batches().wait().unwrap().into_frame().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("column \"clock\": it is time of day"), "{error}");
}

#[test]
fn what_is_no_file_of_parquet_is_an_error_and_no_rows() {
    let whole = file(&batch());
    for body in [&b""[..], b"PAR1", b"{\"error\":\"x\"}", &whole[..whole.len() - 1]] {
        let error = query(body).parquet_batches().wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("no file of Parquet"), "{error}");
    }
}

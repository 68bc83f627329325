//! Frames of which a real server rejects some rows: exactly these are told, by their numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch};
use influx_core::{Client, Dialect, Precision, WriteOptions};
use influx_frame::{ClientFrameExt, FrameReport, FrameWriteErrorKind, Roles, WriterFrameExt};

use crate::influxd::Influxd;

const ROWS: i64 = 200_000;

/// One row in a hundred, now and then two together.
fn is_bad(row: i64) -> bool {
    row % 200 == 77 || row % 200 == 78 + row / 200 % 50
}

/// Bad rows have a float in a field that is an integer on the server.
fn frame() -> RecordBatch {
    let value: Int64Array = (0..ROWS).map(Some).collect();
    let taken: Float64Array = (0..ROWS).map(|row| is_bad(row).then_some(0.5)).collect();
    let columns = [
        ("v", Arc::new(value.clone()) as _, false),
        ("taken", Arc::new(taken) as _, true),
        ("at", Arc::new(value) as _, false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn roles() -> Roles {
    Roles::new("m").time_in("at", Precision::Nanoseconds)
}

async fn prepared() -> Option<(Influxd, Client)> {
    let server = Influxd::start()?;
    server.query("", "CREATE DATABASE d");
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    client.write("d", "m taken=1i -1").await.unwrap();
    Some((server, client))
}

/// The report has the bad rows, and the server all others.
fn check(server: &Influxd, report: &FrameReport) {
    let bad: Vec<_> = (0..ROWS).filter(|row| is_bad(*row)).map(|row| row as u64).collect();
    assert_eq!(bad.len(), 2_000);
    let rejected: Vec<_> = report.rejected.iter().map(|rejected| rejected.row).collect();
    assert!(rejected == bad, "{report:?}");
    for rejected in &report.rejected {
        assert_eq!(rejected.status, Some(400));
        assert!(rejected.reason.contains("field type conflict"), "{rejected:?}");
    }
    assert_eq!((report.stored, report.dropped_rows(), report.rows), (198_000, 0, 200_000));
    let values = server.rows("d", "SELECT v FROM m WHERE time >= 0");
    let stored: BTreeSet<_> = values.iter().map(|row| (row[0].as_i64(), row[1].as_i64())).collect();
    assert_eq!((stored.len(), values.len()), (198_000, 198_000));
    let expected = (0..ROWS).filter(|row| !is_bad(*row)).map(|row| (Some(row), Some(row)));
    assert!(stored.into_iter().eq(expected));
}

#[tokio::test]
async fn a_client_tells_exactly_the_rows_that_the_server_rejects() {
    let Some((server, client)) = prepared().await else { return };
    let error = client.write_frame("d", &frame(), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Rows);
    check(&server, error.report());
}

#[tokio::test]
async fn a_writer_tells_exactly_the_rows_that_the_server_rejects() {
    let Some((server, client)) = prepared().await else { return };
    let writer = client.writer_with("d", WriteOptions::throughput()).unwrap();
    let receipt = writer.write_frame(&frame(), &roles()).await.unwrap();
    let error = receipt.acked().await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Rows);
    check(&server, error.report());
    let stats = writer.close(None).await.stats;
    assert_eq!((stats.stored, stats.rejected, stats.dropped), (198_000, 2_000, 0));
}

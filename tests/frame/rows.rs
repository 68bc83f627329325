//! Frames of numbered rows, good and bad, and the account of what a write says of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch, StringArray};
use influx_core::testing::TestServer;
use influx_core::{Client, ClientBuilder, Precision};
use influx_frame::{FrameReport, Roles};

/// What must be seen nowhere.
pub(crate) const TOKEN: &str = "TOK_9f3c71d2a8";

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    Good,
    /// All of its fields are null.
    Empty,
    /// Its tag cannot be written.
    Refused,
    /// The server has another type for one of its fields, which others do not have.
    Conflicting,
}

/// Good ones, but for some.
pub(crate) fn rows(count: usize, other: impl Fn(usize) -> Option<Row>) -> Vec<Row> {
    (0..count).map(|row| other(row).unwrap_or(Row::Good)).collect()
}

/// A frame of rows from a number on: the number is the field, and the time.
pub(crate) fn frame_from(first: usize, rows: &[Row]) -> RecordBatch {
    let numbers = first as i64..(first + rows.len()) as i64;
    let tag: StringArray =
        rows.iter().map(|row| Some(if *row == Row::Refused { "two\nlines" } else { "x" })).collect();
    let numbered = || rows.iter().zip(numbers.clone());
    let value: Float64Array =
        numbered().map(|(row, number)| (*row != Row::Empty).then_some(number as f64)).collect();
    let taken: Float64Array =
        numbered().map(|(row, number)| (*row == Row::Conflicting).then_some(number as f64)).collect();
    let at: Int64Array = numbers.clone().map(Some).collect();
    RecordBatch::try_from_iter([
        ("tag", Arc::new(tag) as _),
        ("v", Arc::new(value) as _),
        ("taken", Arc::new(taken) as _),
        ("at", Arc::new(at) as _),
    ])
    .unwrap()
}

pub(crate) fn frame(rows: &[Row]) -> RecordBatch {
    frame_from(0, rows)
}

pub(crate) fn roles() -> Roles {
    Roles::new("m").tag("tag").time_in("at", Precision::Nanoseconds)
}

/// A server that has the field of the conflicting rows with another type.
pub(crate) fn server() -> TestServer {
    let server = TestServer::builder().token(TOKEN).org("o").bucket("b").start().unwrap();
    let client = client(&server).build().unwrap();
    std::thread::spawn(move || client.write("b", "m taken=\"text\" -1").wait().unwrap()).join().unwrap();
    server
}

pub(crate) fn client(server: &TestServer) -> ClientBuilder {
    Client::builder(server.url()).token(TOKEN).org("o")
}

/// How many requests came, but for the one that prepares the [`server`].
pub(crate) fn requests(server: &TestServer) -> u64 {
    server.request_count() - 1
}

/// Checks that a report says of every row what is true, and that the server has what is called stored and nothing
/// else but what is called possibly stored.
#[track_caller]
pub(crate) fn account(server: &TestServer, rows: &[Row], report: &FrameReport) {
    let seen = usize::try_from(report.rows).unwrap();
    assert!(seen <= rows.len(), "{report:?}");
    let numbers = |kind: Row| -> BTreeSet<u64> {
        (0..seen).filter(|row| rows[*row] == kind).map(|row| row as u64).collect()
    };
    let points = server.points("b");
    let held: BTreeSet<u64> = points.iter().filter_map(|point| u64::try_from(point.time).ok()).collect();
    let dropped: BTreeSet<u64> = report.dropped.iter().flat_map(|dropped| dropped.rows.clone()).collect();
    let possibly = report.dropped.iter().filter(|dropped| dropped.possibly_stored);
    let possibly: BTreeSet<u64> = possibly.flat_map(|dropped| dropped.rows.clone()).collect();

    assert_eq!(report.empty, numbers(Row::Empty).len() as u64);
    let refused: Vec<_> = report.refused.iter().map(|refused| refused.row).collect();
    assert_eq!(refused, numbers(Row::Refused).into_iter().collect::<Vec<_>>());
    let rejected: Vec<_> = report.rejected.iter().map(|rejected| rejected.row).collect();
    let conflicting: Vec<_> = numbers(Row::Conflicting).difference(&dropped).copied().collect();
    assert_eq!(rejected, conflicting);
    for row in &report.rejected {
        assert!(row.reason.contains("type"), "{row:?}");
        if let Some(line) = row.line() {
            assert_eq!(line, format!("m,tag=x v={0},taken={0} {0}", row.row));
        }
    }
    let stored: BTreeSet<u64> = numbers(Row::Good).difference(&dropped).copied().collect();
    assert_eq!(report.stored, stored.len() as u64, "{report:?}");
    assert!(stored.is_subset(&held), "{report:?}");
    let all: BTreeSet<u64> = stored.union(&possibly).copied().collect();
    assert!(held.is_subset(&all), "{:?} are stored: {report:?}", held.difference(&all));
    let ended = report.stored + report.empty + (refused.len() + rejected.len()) as u64;
    assert_eq!((report.rows, report.pending()), (ended + dropped.len() as u64, 0), "{report:?}");
}

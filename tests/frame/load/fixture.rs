//! Folders for a test, files of every format with the same rows, and a server that takes them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use influx_core::testing::TestServer;
use influx_core::{Client, Precision};
use influx_frame::Roles;
use influx_frame::load::{FailedRow, LoadError, LoadReport};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// A folder that is gone with the test.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("influx-load-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A Parquet file of rows with these numbers, so many in a row group.
    pub(super) fn parquet(&self, name: &str, rows: std::ops::Range<i64>, group: usize) -> PathBuf {
        let path = self.write(name, "");
        let batch = batch(rows);
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
        let mut writer =
            ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Rows with a tag, a field that is null in every tenth row, and a time that is the row's number.
pub(super) fn batch(rows: std::ops::Range<i64>) -> RecordBatch {
    let hosts: StringArray = rows.clone().map(|row| Some(host(row))).collect();
    let values: Float64Array = rows.clone().map(value).collect();
    let times: Int64Array = rows.map(Some).collect();
    let columns: [(&str, ArrayRef, bool); 3] =
        [("host", Arc::new(hosts), true), ("value", Arc::new(values), true), ("at", Arc::new(times), true)];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn host(row: i64) -> String {
    format!("h{}", row % 3)
}

fn value(row: i64) -> Option<f64> {
    (row % 10 != 9).then_some(row as f64 / 2.0)
}

/// The same rows as text.
pub(super) fn csv(rows: std::ops::Range<i64>) -> String {
    let value = |row| value(row).map(|value| value.to_string()).unwrap_or_default();
    let row = |row| format!("{},{},{row}\n", host(row), value(row));
    ["host,value,at\n".to_owned()].into_iter().chain(rows.map(row)).collect()
}

pub(super) fn ndjson(rows: std::ops::Range<i64>) -> String {
    let value = |row| value(row).map_or("null".to_owned(), |value| value.to_string());
    let row = |row| format!("{{\"at\":{row},\"host\":\"{}\",\"value\":{}}}\n", host(row), value(row));
    rows.map(row).collect()
}

pub(super) fn roles() -> Roles {
    Roles::new("m").tag("host").time_in("at", Precision::Nanoseconds)
}

pub(super) fn server() -> (TestServer, Client) {
    let server = TestServer::builder().bucket("b").start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    (server, client)
}

/// The times of the points that a server has, which are the numbers of their rows.
pub(super) fn stored(server: &TestServer) -> Vec<i64> {
    let mut times: Vec<i64> = server.points("b").iter().map(|point| point.time).collect();
    times.sort_unstable();
    times
}

/// The numbers of the rows that have a field.
pub(super) fn with_field(rows: std::ops::Range<i64>) -> Vec<i64> {
    rows.filter(|row| value(*row).is_some()).collect()
}

pub(super) fn counts(report: &LoadReport) -> [u64; 5] {
    [report.rows, report.stored, report.empty, report.refused, report.rejected]
}

pub(super) fn rows(failed: &[FailedRow]) -> Vec<(usize, u64)> {
    failed.iter().map(|row| (row.file, row.row)).collect()
}

/// Whether an error says all of this.
pub(super) fn assert_says(error: &LoadError, words: &[&str]) {
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
}

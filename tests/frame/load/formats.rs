//! Every format gives the same points.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use influx_core::Precision;
use influx_core::testing::StoredValue;
use influx_frame::load::LoadErrorKind;
use influx_frame::{ClientLoadExt, Files, Roles};

use super::fixture::{Folder, assert_says, batch, counts, csv, ndjson, roles, server, stored, with_field};

const ROWS: i64 = 20_000;

fn ipc_file(folder: &Folder, name: &str, batches: &[std::ops::Range<i64>]) -> PathBuf {
    let path = folder.write(name, "");
    let mut writer = FileWriter::try_new(File::create(&path).unwrap(), &batch(0..0).schema()).unwrap();
    batches.iter().for_each(|rows| writer.write(&batch(rows.clone())).unwrap());
    writer.finish().unwrap();
    path
}

fn ipc_stream(folder: &Folder, name: &str, batches: &[std::ops::Range<i64>]) -> PathBuf {
    let path = folder.write(name, "");
    let mut writer = StreamWriter::try_new(File::create(&path).unwrap(), &batch(0..0).schema()).unwrap();
    batches.iter().for_each(|rows| writer.write(&batch(rows.clone())).unwrap());
    writer.finish().unwrap();
    path
}

/// A file of each format, with all rows.
pub(super) fn each(folder: &Folder, rows: i64) -> Vec<PathBuf> {
    let batches: Vec<_> = (0..rows).step_by(3_000).map(|at| at..rows.min(at + 3_000)).collect();
    vec![
        folder.parquet("a.parquet", 0..rows, 7_000),
        folder.write("a.csv", csv(0..rows)),
        folder.write("a.tsv", csv(0..rows).replace(',', "\t")),
        folder.write("a.ndjson", ndjson(0..rows)),
        ipc_file(folder, "a.arrow", &batches),
        ipc_stream(folder, "a.arrows", &batches),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_gives_the_same_points() {
    let folder = Folder::new();
    for path in each(&folder, ROWS) {
        let (server, client) = server();
        let report = client.load("b", &path, &roles()).threads(3).await.unwrap();
        let empty = ROWS as u64 / 10;
        assert_eq!(counts(&report), [ROWS as u64, ROWS as u64 - empty, empty, 0, 0], "{path:?}");
        assert_eq!(stored(&server), with_field(0..ROWS), "{path:?}");
        let point = &server.points("b")[3];
        assert_eq!((point.tags["host"].as_str(), point.time), ("h0", 12), "{path:?}");
        assert_eq!(point.fields["value"], StoredValue::Float(6.0), "{path:?}");
    }
}

/// Text is cut at 4 MiB, and the others at what their writers put together.
#[tokio::test]
async fn each_format_goes_on_behind_what_is_done() {
    let folder = Folder::new();
    for path in each(&folder, 9_000) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if !text.is_empty() {
            // as long as several chunks
            std::fs::write(&path, text.replace("h1", &format!("h1{}", "x".repeat(4_000)))).unwrap();
        }
        let (server, client) = server();
        let manifest = folder.file(&format!("{}.manifest", path.file_name().unwrap().display()));
        let load = || {
            let load = client.load("b", &path, &roles()).manifest(&manifest);
            load.in_order(true).progress_interval(Duration::ZERO)
        };
        let first = load();
        let handle = first.cancel_handle();
        let error = first.on_progress(move |progress| {
            // the first chunk is through, and the last one is not
            if progress.rows > 3_500 {
                handle.cancel();
            }
        });
        assert_eq!(error.await.unwrap_err().kind(), LoadErrorKind::Cancelled, "{path:?}");
        let before = stored(&server).len();
        let report = load().await.unwrap();
        assert_eq!(counts(&report), [9_000, 8_100, 900, 0, 0], "{path:?}");
        assert!(report.chunks_before > 0 && report.chunks > report.chunks_before, "{path:?}: {report:?}");
        assert!(before < 8_100 && report.rows_before > 0, "{path:?}");
        assert_eq!(stored(&server), with_field(0..9_000), "{path:?}");
        std::fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn files_without_rows_are_loaded_without_a_request() {
    let folder = Folder::new();
    for path in each(&folder, 0) {
        let (server, client) = server();
        let report = client.load("b", &path, &roles()).await.unwrap();
        assert_eq!(counts(&report), [0; 5], "{path:?}");
        assert_eq!(server.request_count(), 0);
    }
}

#[tokio::test]
async fn a_folder_is_read_with_its_folders_and_without_marks() {
    let folder = Folder::new();
    folder.parquet("year=2023/a.parquet", 0..100, 50);
    folder.parquet("year=2024/b.pq", 100..200, 50);
    folder.write("_SUCCESS", "");
    folder.write(".hidden.csv", "?");
    folder.write("_temporary/x.txt", "?");
    let (server, client) = server();
    let report = client.load("b", folder.path(), &roles()).await.unwrap();
    assert_eq!((report.rows, report.files.len(), report.chunks), (200, 2, 4));
    assert_eq!(stored(&server), with_field(0..200));
}

#[tokio::test]
async fn quoted_fields_may_hold_line_breaks_wherever_chunks_end() {
    let folder = Folder::new();
    let mut text = String::from("\u{feff}host,note,at\r\n");
    let long = "x\r\n\"\",y".repeat(300);
    for row in 0..6_000 {
        text.push_str(&format!("h,\"{long}{row}\",{row}\r\n"));
    }
    assert!(text.len() > 9 << 20, "several chunks");
    let path = folder.write("a.csv", text);
    let (server, client) = server();
    let report = client.load("b", &path, &roles()).await.unwrap();
    assert_eq!((report.rows, report.stored, report.chunks), (6_000, 6_000, 4));
    let points = server.points("b");
    let expected = format!("{}5999", "x\r\n\",y".repeat(300));
    assert_eq!(points[5_999].fields["note"], StoredValue::String(expected));
}

#[tokio::test]
async fn options_of_csv_are_followed() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "a;NA;1\n'b;c';2,5;2\nd;;3");
    let field = |name: &str, ty| Field::new(name, ty, true);
    let schema = Schema::new(vec![
        field("host", DataType::Utf8),
        field("text", DataType::Utf8),
        field("at", DataType::Int64),
    ]);
    let files = Files::csv(&path).delimiter(b';').quote(b'\'').header(false).null("NA").schema(schema);
    let (server, client) = server();
    let report = client.load("b", files, &roles()).await.unwrap();
    assert_eq!(counts(&report), [3, 1, 2, 0, 0]);
    let points = server.points("b");
    assert_eq!(points[0].tags["host"], "b;c");
    assert_eq!(points[0].fields["text"], StoredValue::String("2,5".to_owned()));
}

#[tokio::test]
async fn types_are_guessed_from_all_files_together() {
    let folder = Folder::new();
    folder.write("a.csv", "v,none,at\n1,,1");
    folder.write("b.csv", "v,none,at\n2.5,text,2\n");
    folder.write("c/a.ndjson", "");
    let (server, client) = server();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let error = client.load("b", folder.path(), &roles).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Source);
    assert_says(&error, &["a.ndjson", "another format than CSV"]);
    std::fs::remove_dir_all(folder.file("c")).unwrap();
    client.load("b", folder.path(), &roles).await.unwrap();
    let points = server.points("b");
    assert_eq!(points[0].fields["v"], StoredValue::Float(1.0));
    assert_eq!(points[1].fields["none"], StoredValue::String("text".to_owned()));
}

#[tokio::test]
async fn files_of_different_columns_have_plans_of_their_own() {
    let folder = Folder::new();
    folder.parquet("a.parquet", 0..10, 10);
    let path = folder.write("b.parquet", "");
    let less = batch(10..20).project(&[2, 1]).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(File::create(path).unwrap(), less.schema(), None).unwrap();
    writer.write(&less).unwrap();
    writer.close().unwrap();
    let (server, client) = server();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    client.load("b", folder.path(), &roles).await.unwrap();
    // in one of them the host is a field, so that each of its rows has one
    let rows: Vec<i64> = (0..10).chain(with_field(10..20)).collect();
    assert_eq!(stored(&server), rows);
}

#[tokio::test]
async fn columns_that_no_line_needs_are_not_missed() {
    let folder = Folder::new();
    let (server, client) = server();
    let roles = Roles::new("m").field("value").ignore_rest().time_in("at", Precision::Nanoseconds);
    let paths = [
        folder.parquet("a.parquet", 0..10, 10),
        folder.write("a.csv", csv(0..10)),
        folder.write("a.ndjson", ndjson(0..10)),
        ipc_file(&folder, "a.arrow", std::slice::from_ref(&(0..10))),
    ];
    for path in paths {
        client.load("b", &path, &roles).await.unwrap();
        assert_eq!(server.series("b"), ["m"], "{path:?}");
    }
}

#[test]
fn dictionaries_and_types_of_ipc_survive() {
    let folder = Folder::new();
    let hosts: arrow_array::DictionaryArray<arrow_array::types::Int32Type> =
        vec!["a", "b", "a"].into_iter().collect();
    let batch = arrow_array::RecordBatch::try_from_iter([
        ("host", Arc::new(hosts) as arrow_array::ArrayRef),
        ("v", Arc::new(arrow_array::Int64Array::from(vec![1, 2, 3]))),
        ("at", Arc::new(arrow_array::Int64Array::from(vec![1, 2, 3]))),
    ])
    .unwrap();
    let path = folder.write("a.arrow", "");
    let mut writer = FileWriter::try_new(File::create(&path).unwrap(), &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    let (server, client) = server();
    client.load("b", &path, &roles()).wait().unwrap();
    assert_eq!(server.series("b"), ["m,host=a", "m,host=b"]);
}

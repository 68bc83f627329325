//! What is wrong with files, roles and rows is named, and no panic.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use influx_core::Precision;
use influx_frame::load::{FailedBy, LoadErrorKind};
use influx_frame::{ClientLoadExt, Files, Roles};

use super::fixture::{Folder, assert_says, counts, csv, ndjson, roles, rows, server, stored, with_field};
use super::formats::each;

#[tokio::test]
async fn a_folder_without_files_and_names_that_say_nothing_are_refused() {
    let folder = Folder::new();
    let (server, client) = server();
    let error = client.load("b", folder.path(), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Source);
    assert_says(&error, &["there is no file in it"]);

    let error = client.load("b", folder.write("a.txt", "?"), &roles()).await.unwrap_err();
    assert_says(&error, &["a.txt", "name the format"]);
    let error = client.load("b", folder.file("gone.csv"), &roles()).await.unwrap_err();
    assert_says(&error, &["gone.csv"]);
    assert_eq!(server.request_count(), 0);
}

#[tokio::test]
async fn every_mistake_of_every_file_is_reported_before_anything_is_sent() {
    let folder = Folder::new();
    folder.parquet("a.parquet", 0..10, 5);
    folder.parquet("b.parquet", 10..20, 5);
    let (server, client) = server();
    let wrong = Roles::new("m").tag("site").field("speed").time_in("at", Precision::Nanoseconds);
    let error = client.load("b", folder.path(), &wrong).await.unwrap_err();
    assert_eq!((error.kind(), error.plans().len()), (LoadErrorKind::Plan, 1));
    assert_eq!(error.plans()[0].error.problems().len(), 2);
    assert_says(&error, &["a.parquet", "site", "speed", "nothing was sent"]);
    assert_eq!(server.request_count(), 0);
}

#[tokio::test]
async fn files_that_end_early_or_are_corrupt_end_the_load_with_their_name() {
    let folder = Folder::new();
    let paths = each(&folder, 1_000);
    let (_server, client) = server();
    for path in paths {
        let whole = fs::read(&path).unwrap();
        for step in 1..24 {
            let mut bytes = whole.clone();
            // bits that are flipped all over the file, and files that are cut off
            let name = if step % 2 == 0 {
                bytes.truncate(whole.len() * step / 24);
                "cut"
            } else {
                let at = whole.len() * step / 24;
                bytes[at..(at + 40).min(whole.len())].iter_mut().for_each(|byte| *byte ^= 0xa5);
                "flipped"
            };
            let path = folder.write(&format!("{name}{step}.{}", path.extension().unwrap().display()), bytes);
            match client.load("b", &path, &roles()).await {
                // text may be text all the same, of which some rows are missing or cannot be stored
                Ok(report) => assert!(report.rows <= 1_000, "{path:?}"),
                Err(error) if error.kind() == LoadErrorKind::Rows => {}
                Err(error) => assert_says(&error, &[&path.display().to_string()]),
            }
        }
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_named_by_its_row() {
    let folder = Folder::new();
    let (_server, client) = server();
    let mut text = csv(0..20_000);
    text = text.replacen("h0,7500,15000", "h0,x,15000", 1);
    let error = client.load("b", folder.write("a.csv", text), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Read);
    let row = 15_000.to_string();
    assert_says(&error, &["a.csv, chunk 0, row ", &row, "'x'", "Float64"]);

    let text = ndjson(0..3_000).replacen("\"at\":2500,", "\"at\":2500,\"new\":1,", 1);
    let error = client.load("b", folder.write("a.ndjson", text), &roles()).await.unwrap_err();
    assert_says(&error, &["a.ndjson, chunk 0, row 2500", "new"]);

    let error = client.load("b", folder.write("b.csv", "host,value,at\na,1\n"), &roles()).await.unwrap_err();
    assert_says(&error, &["b.csv"]);
    let quote = folder.write("c.csv", "host,value,at\na,\"1,2\n");
    let error = client.load("b", Files::csv(quote), &roles()).await.unwrap_err();
    assert_says(&error, &["c.csv", "closing quote"]);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_ends_the_load() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..50_000, 1_000);
    let (server, client) = server();
    let (changed, once) = (path.clone(), std::sync::Once::new());
    let load = client.load("b", &path, &roles()).threads(1).in_flight(1);
    let load = load.progress_interval(std::time::Duration::ZERO).on_progress(move |_| {
        once.call_once(|| {
            OpenOptions::new().append(true).open(&changed).unwrap().write_all(b"more").unwrap();
        });
    });
    let error = load.await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Changed);
    assert_says(&error, &["a.parquet", "chunk", "not what it was"]);
    assert!(server.count("b") < 45_000);
}

#[tokio::test]
async fn rows_that_are_refused_or_rejected_are_named_by_file_and_row() {
    let folder = Folder::new();
    folder.write("a.csv", "host,value,at\na,1,1\n\"b\n\",2,2\nc,,3\nd,4,4\n");
    folder.write("b.csv", "host,value,at\n\ne,5.5,5\nf,6,6\n");
    let (server, client) = server();
    // the server has the field as text for one series' measurement: `value` of floats is rejected
    client.write("b", "n value=\"text\" 1").await.unwrap();
    let report = client.load("b", folder.path(), &roles()).await.unwrap_err();
    assert_eq!(report.kind(), LoadErrorKind::Rows);
    let report = report.report();
    assert_eq!(counts(report), [6, 4, 1, 1, 0]);
    assert_eq!(rows(&report.failed), [(0, 1)]);
    assert_eq!(report.failed[0].by, FailedBy::Encoder);

    let n = Roles::new("n").tag("host").time_in("at", Precision::Nanoseconds);
    let error = client.load("b", folder.path(), &n).await.unwrap_err();
    assert_eq!(counts(error.report()), [6, 0, 1, 1, 4]);
    assert_eq!(rows(&error.report().failed), [(0, 0), (0, 1), (0, 3), (1, 0), (1, 1)]);
    let by: Vec<FailedBy> = error.report().failed.iter().map(|row| row.by).collect();
    assert_eq!(by.iter().filter(|by| **by == FailedBy::Server).count(), 4);
    assert!(error.report().failed[0].reason.contains("type conflict"));
    assert_says(&error, &["not all rows are stored", "6 rows", "4 rejected", "a.csv row 0"]);
    assert_eq!(server.count("b"), 5);
}

#[tokio::test]
async fn too_many_failed_rows_end_the_load() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..30_000, 1_000);
    let (_server, client) = server();
    client.write("b", "m value=\"text\" 1").await.unwrap();
    let load = client.load("b", &path, &roles()).threads(1).in_flight(1).max_failed(1_500);
    let error = load.await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::TooManyFailed);
    assert_eq!(error.report().rejected, 1_800, "two chunks");
    assert_says(&error, &["more than 1500 rows"]);
}

#[tokio::test]
async fn what_concerns_all_rows_ends_the_load() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..30_000, 1_000);
    let (server, client) = server();
    let error = client.load("gone", &path, &roles()).in_flight(2).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Delivery);
    assert_eq!(error.client_error().unwrap().status(), Some(404));
    assert_eq!((error.report().stored, error.report().rows), (0, error.report().empty));
    assert!(error.report().dropped > 0 && server.request_count() <= 2);
}

#[tokio::test]
async fn empty_chunks_and_rows_that_fit_no_line_are_all_counted() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "\n\nhost,value,at\n\n\n1,,1\n\n");
    let (server, client) = server();
    assert_eq!(counts(&client.load("b", &path, &roles()).await.unwrap()), [1, 0, 1, 0, 0]);
    assert_eq!((stored(&server), with_field(9..10)), (vec![], vec![]));
}

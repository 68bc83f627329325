//! A load that was killed goes on where it ended, and only the same load does.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arrow_schema::{DataType, Field, Schema};
use influx_core::testing::{Script, TestServer};
use influx_core::{Client, Destination, Precision};
use influx_frame::load::{Load, LoadErrorKind, LoadReport};
use influx_frame::{ClientLoadExt, Files, Roles};

use super::fixture::{Folder, assert_says, counts, csv, roles, rows, server, stored, with_field};

const CHUNKS: u64 = 12;

/// A load of twelve chunks into a server, with a manifest.
fn load(client: &Client, folder: &Folder) -> Load {
    let load = client.load("b", folder.file("data"), &roles()).manifest(folder.file("manifest"));
    load.progress_interval(Duration::ZERO)
}

fn data(folder: &Folder) {
    for file in 0..3 {
        folder.parquet(&format!("data/{file}.parquet"), file * 400..(file + 1) * 400, 100);
    }
}

/// Runs it until so many requests were answered.
async fn killed_after(server: &TestServer, load: Load, requests: u64) {
    let before = server.request_count();
    let future = load.into_future();
    let watch = async {
        while server.request_count() < before + requests {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    };
    tokio::select! {
        _ = future => {}
        () = watch => {}
    }
}

/// Loads as soon as the one before it has written down what it was writing.
async fn once_free(client: &Client, folder: &Folder) -> LoadReport {
    loop {
        match load(client, folder).await {
            Err(error) if error.to_string().contains("in use") => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            result => return result.unwrap(),
        }
    }
}

#[tokio::test]
async fn a_load_that_is_killed_anywhere_goes_on_with_the_missing_chunks() {
    for requests in 0..=CHUNKS {
        let folder = Folder::new();
        data(&folder);
        let (server, client) = server();
        killed_after(&server, load(&client, &folder).in_flight(3), requests).await;
        let before = server.request_count();
        let report = once_free(&client, &folder).await;
        assert_eq!(counts(&report), [1_200, 1_080, 120, 0, 0], "{requests}");
        assert_eq!((report.chunks, report.rows_before), (CHUNKS, report.chunks_before * 100));
        assert_eq!(report.requests, CHUNKS - report.chunks_before, "only what is missing");
        // what was on its way, and what was acknowledged and not yet written down
        assert!(report.chunks_before <= before);
        assert_eq!(stored(&server), with_field(0..1_200));
    }
}

#[tokio::test]
async fn a_load_that_is_through_sends_nothing_more() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    let first = load(&client, &folder).await.unwrap();
    let rates = Arc::new(std::sync::Mutex::new(Vec::new()));
    let show = Arc::clone(&rates);
    let second = load(&client, &folder).on_progress(move |progress| {
        let rate = (progress.rows_per_second(), progress.bytes_per_second(), progress.rows);
        show.lock().unwrap().push(rate);
    });
    let second = second.await.unwrap();
    assert_eq!(*rates.lock().unwrap(), [(0.0, 0.0, 1_200)], "what was done before is no part of the rate");
    assert_eq!((first.chunks_before, second.chunks_before, second.requests), (0, CHUNKS, 0));
    assert_eq!(counts(&first), counts(&second));
    assert_eq!(server.request_count(), CHUNKS);
}

#[tokio::test]
async fn a_line_that_was_torn_at_any_place_counts_for_nothing() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    load(&client, &folder).await.unwrap();
    let manifest = folder.file("manifest");
    let whole = fs::read(&manifest).unwrap();
    let ends: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').map(|at| at + 1).collect();
    let [.., third, second, last] = ends[..] else { panic!("{ends:?}") };
    for length in third..=last {
        fs::write(&manifest, &whole[..length]).unwrap();
        let done = CHUNKS
            - if length == last {
                0
            } else if length >= second {
                1
            } else {
                2
            };
        let report = load(&client, &folder).await.unwrap();
        assert_eq!((report.chunks_before, report.chunks), (done, CHUNKS), "{length}");
        let lines = fs::read_to_string(&manifest).unwrap();
        assert_eq!(lines.lines().count() as u64, 1 + CHUNKS, "written anew");
        let whole = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
        assert!(lines.lines().all(whole), "nothing of the torn line is left: {lines}");
    }
    assert_eq!(stored(&server), with_field(0..1_200));
}

#[tokio::test]
async fn a_line_that_was_torn_within_a_character_counts_for_nothing() {
    let folder = Folder::new();
    data(&folder);
    let (_server, client) = server();
    load(&client, &folder).await.unwrap();
    let mut torn = fs::read(folder.file("manifest")).unwrap();
    torn.extend(b"{\"file\":0,\"chunk\":9,\"rows\":1,\"failed\":[{\"row\":0,\"reason\":\"gr\xc3");
    fs::write(folder.file("manifest"), torn).unwrap();
    assert_eq!(load(&client, &folder).await.unwrap().chunks_before, CHUNKS);
}

#[tokio::test]
async fn a_manifest_with_impossible_counts_is_refused() {
    let most = u64::MAX;
    let [rows, bytes] = [r#""rows":100,"stored":100"#, r#""bytes":1"#];
    for lines in [
        format!("{{\"file\":3,\"chunk\":0,{rows},{bytes}}}\n"),
        format!("{{\"file\":0,\"chunk\":0,\"rows\":100,\"stored\":99,{bytes}}}\n"),
        format!("{{\"file\":0,\"chunk\":0,{rows},\"bytes\":{most}}}\n"),
        format!("{{\"file\":0,\"chunk\":0,\"rows\":{most},\"stored\":{most},{bytes}}}\n"),
        format!("{{\"file\":0,\"chunk\":0,\"rows\":0,\"stored\":{most},\"empty\":1,{bytes}}}\n"),
    ] {
        let folder = Folder::new();
        data(&folder);
        let (server, client) = server();
        load(&client, &folder).await.unwrap();
        let whole = fs::read_to_string(folder.file("manifest")).unwrap();
        fs::write(folder.file("manifest"), whole + &lines).unwrap();
        let error = load(&client, &folder).await.unwrap_err();
        assert_eq!(error.kind(), LoadErrorKind::Manifest, "{lines}");
        assert_says(&error, &["corrupt", "to start over"]);
        assert_eq!(server.request_count(), CHUNKS);
    }
}

#[tokio::test]
async fn a_file_that_is_no_manifest_is_left_alone() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    load(&client, &folder).await.unwrap();
    let header = fs::read(folder.file("manifest")).unwrap();
    let header = &header[..header.iter().position(|byte| *byte == b'\n').unwrap()];
    let requests = server.request_count();
    for other in [header, b"{}\n", b"host,value\na,1\n", b"\xff\xfe"] {
        fs::write(folder.file("manifest"), other).unwrap();
        let error = load(&client, &folder).await.unwrap_err();
        assert_eq!(error.kind(), LoadErrorKind::Manifest);
        assert_eq!(fs::read(folder.file("manifest")).unwrap(), other);
    }
    assert_eq!(server.request_count(), requests);
    // a file that was made for it is one
    fs::write(folder.file("manifest"), "").unwrap();
    assert_eq!(load(&client, &folder).await.unwrap().chunks, CHUNKS);
}

#[tokio::test]
async fn another_load_is_refused_with_what_differs() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    load(&client, &folder).await.unwrap();
    let manifest = folder.file("manifest");
    let data = folder.file("data");
    let requests = server.request_count();

    let other = Client::builder("http://localhost:1").org("o").build().unwrap();
    let more = Client::builder(server.url()).org("o").default_tag("site", "x").build().unwrap();
    let tagged = roles().rename("host", "server");
    let seconds = Destination::bucket("b").precision(Precision::Seconds);
    let loads = [
        (client.load("c", &data, &roles()), "another destination"),
        (client.load(seconds, &data, &roles()), "another destination"),
        (other.load("b", &data, &roles()), "another destination"),
        (more.load("b", &data, &roles()), "options of the client's lines"),
        (client.load("b", &data, &tagged), "other roles"),
    ];
    for (load, words) in loads {
        let error = load.manifest(&manifest).await.unwrap_err();
        assert_eq!(error.kind(), LoadErrorKind::Manifest);
        assert_says(&error, &[words, "to start over"]);
    }

    let error = {
        folder.parquet("data/3.parquet", 0..10, 10);
        load(&client, &folder).await.unwrap_err()
    };
    assert_says(&error, &["3.parquet is new"]);
    fs::remove_file(folder.file("data/3.parquet")).unwrap();
    folder.parquet("data/1.parquet", 400..801, 100);
    assert_says(&load(&client, &folder).await.unwrap_err(), &["1.parquet has changed"]);
    fs::remove_file(folder.file("data/1.parquet")).unwrap();
    assert_says(&load(&client, &folder).await.unwrap_err(), &["1.parquet is gone"]);
    assert_eq!(server.request_count(), requests, "nothing was sent");
}

#[tokio::test]
async fn text_that_changed_in_the_middle_is_found_out_by_its_chunk() {
    let folder = Folder::new();
    let text = csv(0..60_000).replace("\nh", &format!("\n{}", "h".repeat(150)));
    assert!(text.len() > 8 << 20);
    let path = folder.write("a.csv", &text);
    let (_server, client) = server();
    let load = || client.load("b", Files::csv(&path), &roles()).manifest(folder.file("m"));
    let modified = path.metadata().unwrap().modified().unwrap();
    let report = load().await.unwrap();
    assert_eq!((report.rows, report.chunks), (60_000, 3));
    // as long as before, at the same time, with the same ends
    let changed = text.replacen("h0,15000,30000", "h0,15001,30000", 1);
    fs::write(&path, changed).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let error = load().await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Changed);
    assert_says(&error, &["a.csv, chunk 1", "not what it was"]);
}

#[tokio::test]
async fn two_loads_with_one_manifest_are_refused() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    let silent = server.script(Script::answer(204).delay(Duration::from_secs(3_600)));
    let first = load(&client, &folder);
    let handle = first.cancel_handle();
    let first = tokio::spawn(first.into_future());
    while server.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let error = load(&client, &folder).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Manifest);
    assert_says(&error, &["in use by another load"]);
    handle.cancel();
    assert_eq!(first.await.unwrap().unwrap_err().kind(), LoadErrorKind::Cancelled);
    silent.end();
    assert_eq!(load(&client, &folder).await.unwrap().chunks, CHUNKS);
}

#[tokio::test]
async fn rows_without_a_time_of_their_own_get_no_manifest() {
    let folder = Folder::new();
    data(&folder);
    let (server, client) = server();
    let stamped = Roles::new("m").tag("host").field("value").ignore_rest().stamped();
    let load = client.load("b", folder.file("data"), &stamped).manifest(folder.file("m"));
    let error = load.await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Manifest);
    assert_says(&error, &["a time of their own"]);
    assert!(server.request_count() == 0 && !folder.file("m").exists());
}

#[tokio::test]
async fn an_outage_ends_the_load_and_what_is_missing_is_sent_after_it() {
    let folder = Folder::new();
    data(&folder);
    let server = TestServer::builder().bucket("b").start().unwrap();
    let retry = influx_core::http::RetryPolicy::none();
    let client = Client::builder(server.url()).org("o").retry(retry).build().unwrap();
    let seen = Arc::new(AtomicU64::new(0));
    let show = Arc::clone(&seen);
    let failing = server.script(Script::answer(503).skipping(5));
    let load_one = load(&client, &folder).in_flight(2).on_progress(move |progress| {
        show.store(progress.rows, Ordering::Relaxed);
    });
    let error = load_one.await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::Delivery);
    assert_eq!(error.client_error().unwrap().status(), Some(503));
    let report = error.report();
    assert_eq!(
        (report.rows, report.chunks, seen.load(Ordering::Relaxed)),
        (509.max(report.rows), 5, report.rows)
    );
    assert!(report.dropped >= 90);
    failing.end();
    let report = load(&client, &folder).await.unwrap();
    assert_eq!((report.chunks_before, report.chunks), (5, CHUNKS));
    assert_eq!(stored(&server), with_field(0..1_200));
}

#[tokio::test]
async fn failed_rows_of_an_earlier_run_are_in_the_report() {
    let folder = Folder::new();
    let text = csv(0..100).replace("h1,5,10", "\"h\n1\",5,10");
    folder.write("data/a.csv", text);
    let (_server, client) = server();
    let first = load(&client, &folder).await.unwrap_err();
    let second = load(&client, &folder).await.unwrap_err();
    for error in [&first, &second] {
        assert_eq!(error.kind(), LoadErrorKind::Rows);
        assert_eq!(counts(error.report()), [100, 89, 10, 1, 0]);
        assert_eq!(rows(&error.report().failed), [(0, 10)]);
    }
    assert_eq!(first.report().failed, second.report().failed);
    let error = load(&client, &folder).max_failed(0).await.unwrap_err();
    assert_eq!(error.kind(), LoadErrorKind::TooManyFailed);
}

#[tokio::test]
async fn a_manifest_in_the_folder_is_no_file_of_the_load() {
    let folder = Folder::new();
    folder.parquet("data/a.parquet", 0..400, 100);
    let (server, client) = server();
    let load = || client.load("b", folder.file("data"), &roles()).manifest(folder.file("data/manifest"));
    for (requests, before) in [(4, 0), (0, 4)] {
        fs::write(folder.file("data/manifest.new"), "of one that was killed").unwrap();
        let report = load().await.unwrap();
        assert_eq!((report.files.len(), report.requests, report.chunks_before), (1, requests, before));
    }
    folder.write("data/manifest.old", "");
    assert_says(&load().await.unwrap_err(), &["manifest.old", "another format"]);
    assert_eq!(stored(&server), with_field(0..400));
}

#[tokio::test]
async fn metadata_of_a_schema_makes_it_no_other_load() {
    let folder = Folder::new();
    let path = folder.write("a.csv", csv(0..10));
    let (_server, client) = server();
    let fields = || {
        [("host", DataType::Utf8), ("value", DataType::Float64), ("at", DataType::Int64)]
            .map(|(name, ty)| Field::new(name, ty, true))
    };
    for metadata in ["one", "other"] {
        let metadata: HashMap<_, _> = [("by".to_owned(), metadata.to_owned())].into();
        let fields: Vec<_> =
            fields().into_iter().map(|field| field.with_metadata(metadata.clone())).collect();
        let files = Files::csv(&path).schema(Schema::new(fields).with_metadata(metadata));
        client.load("b", files, &roles()).manifest(folder.file("manifest")).await.unwrap();
    }
    let files =
        Files::csv(&path).schema(Schema::new(fields().to_vec()).project(&[0, 1, 2]).unwrap()).null("h0");
    let error = client.load("b", files, &roles()).manifest(folder.file("manifest")).await.unwrap_err();
    assert_says(&error, &["another format of the files, or other options"]);
}

#[tokio::test]
async fn rows_that_nobody_announced_make_no_chunk_done() {
    let folder = Folder::new();
    let line = |row| format!("{{\"at\":{row},\"value\":1}}");
    let text: String = (0..10_000).map(|row| format!("{}{}\n", line(2 * row), line(2 * row + 1))).collect();
    let path = folder.write("a.ndjson", text);
    let (_server, client) = server();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let schema = Schema::new(["at", "value"].map(|name| Field::new(name, DataType::Int64, true)).to_vec());
    let files = Files::ndjson(path).schema(schema);
    let error = client.load("b", files, &roles).manifest(folder.file("manifest")).await.unwrap_err();
    assert_says(&error, &["more rows than the 10000", "its lines are no rows"]);
    assert_eq!(fs::read_to_string(folder.file("manifest")).unwrap().lines().count(), 1, "the header");
}

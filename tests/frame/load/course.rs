//! Order, threads, progress and cancellation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::testing::Script;
use influx_frame::load::{LoadErrorKind, Progress};
use influx_frame::{ClientLoadExt, Roles};

use super::fixture::{Folder, csv, roles, server, stored, with_field};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_stored_in_order_where_that_is_asked() {
    let folder = Folder::new();
    folder.parquet("b.parquet", 40_000..60_000, 3_000);
    folder.parquet("a.parquet", 0..40_000, 10_000);
    let (server, client) = server();
    let load = client.load("b", folder.path(), &roles()).threads(4).in_flight(4).in_order(true);
    assert_eq!(load.await.unwrap().rows, 60_000);
    let mut last = -1;
    for request in server.requests() {
        for line in request.text().unwrap().lines() {
            let time: i64 = line.rsplit(' ').next().unwrap().parse().unwrap();
            assert!(time > last);
            last = time;
        }
    }
    assert_eq!(last, 59_998);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_threads_and_requests_stores_the_same() {
    let folder = Folder::new();
    for file in 0..5 {
        folder.write(&format!("{file}.csv"), csv(file * 3_000..(file + 1) * 3_000));
    }
    for (threads, in_flight) in [(1, 1), (1, 8), (8, 1), (8, 8), (0, 0)] {
        let (server, client) = server();
        let load = client.load("b", folder.path(), &roles()).threads(threads).in_flight(in_flight);
        let report = load.await.unwrap();
        assert_eq!((report.rows, report.requests, report.chunks), (15_000, 5, 5));
        assert_eq!(stored(&server), with_field(0..15_000));
    }
}

#[tokio::test]
async fn progress_grows_to_all_rows_and_bytes() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..50_000, 20_000);
    let (_server, client) = server();
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let show = Arc::clone(&seen);
    let load = client.load("b", &path, &roles()).progress_interval(Duration::ZERO);
    load.on_progress(move |progress| show.lock().unwrap().push(progress.clone())).await.unwrap();
    let seen = seen.lock().unwrap();
    let pairs = seen.iter().zip(&seen[1..]);
    assert!(pairs.clone().all(|(before, after)| before.rows <= after.rows && before.bytes <= after.bytes));
    assert!(seen.len() > 5, "more than one in a chunk: {}", seen.len());
    let last = seen.last().unwrap();
    assert_eq!((last.rows, last.stored, last.empty), (50_000, 45_000, 5_000));
    assert_eq!((last.bytes, last.bytes_total), (path.metadata().unwrap().len(), last.bytes));
    assert!(last.rows_per_second() > 0.0 && last.remaining() == Some(Duration::ZERO));
}

#[tokio::test]
async fn a_long_interval_shows_the_start_and_the_end() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..50_000, 1_000);
    let (_server, client) = server();
    let seen: Arc<Mutex<u32>> = Arc::default();
    let show = Arc::clone(&seen);
    let load = client.load("b", &path, &roles()).progress_interval(Duration::from_secs(3_600));
    load.on_progress(move |_| *show.lock().unwrap() += 1).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_handle_cancels_a_load_while_the_server_is_silent() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..50_000, 1_000);
    let (server, client) = server();
    server.script(Script::answer(204).delay(Duration::from_secs(3_600)));
    let load = client.load("b", &path, &roles());
    let handle = load.cancel_handle();
    let (error, ()) = tokio::join!(load.into_future(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        handle.cancel();
    });
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.report().rows), (LoadErrorKind::Cancelled, 0));

    let load = client.load("b", &path, &roles());
    load.cancel_handle().cancel();
    assert_eq!(load.await.unwrap_err().kind(), LoadErrorKind::Cancelled);
}

/// What ended it stays its error, but what is on its way is not waited for.
#[tokio::test]
async fn a_handle_cancels_a_load_that_is_ending_already() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..50_000, 1_000);
    let (server, client) = server();
    let refusing = server.script(Script::answer(404).skipping(1).times(1));
    server.script(Script::answer(204).delay(Duration::from_secs(3_600)).times(1));
    let load = client.load("b", &path, &roles()).in_flight(2);
    let handle = load.cancel_handle();
    let cancel = async {
        while refusing.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        handle.cancel();
    };
    let ended =
        tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(load.into_future(), cancel).0 });
    let error = ended.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.client_error().unwrap().status()), (LoadErrorKind::Delivery, Some(404)));
}

#[tokio::test]
async fn a_load_that_is_dropped_ends_its_threads() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..100_000, 1_000);
    let (server, client) = server();
    let playing = server.script(Script::answer(204).delay(Duration::from_secs(3_600)));
    let manifest = folder.file("m");
    let load = client.load("b", &path, &roles()).manifest(&manifest);
    assert!(tokio::time::timeout(Duration::from_millis(200), load.into_future()).await.is_err());
    playing.end();
    // the lock is free again
    let report = client.load("b", &path, &roles()).manifest(&manifest).await.unwrap();
    assert_eq!((report.rows, report.rows_before), (100_000, 0));
    assert_eq!(stored(&server), with_field(0..100_000));
}

#[test]
fn a_load_can_be_waited_for_and_says_where_not() {
    let folder = Folder::new();
    let path = folder.parquet("a.parquet", 0..100, 1_000);
    let (server, client) = server();
    assert_eq!(client.load("b", &path, &roles()).wait().unwrap().stored, 90);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(async { client.load("b", &path, &roles()).wait() }).unwrap_err();
    assert!(error.to_string().contains(".await"), "{error}");
    assert_eq!(server.request_count(), 1);
    assert!(format!("{:?}", client.load("b", &path, &Roles::new("m"))).contains("a.parquet"));
}

/// A pipe, at which reading waits, stands for slow files.
#[cfg(unix)]
#[test]
fn a_load_that_is_left_while_it_prepares_leaves_nothing() {
    for is_cancelled in [true, false] {
        let folder = Folder::new();
        let (pipe, manifest) = (folder.file("a.csv"), folder.file("manifest"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (server, client) = server();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let load = client.load("b", &pipe, &roles()).manifest(&manifest);
        let handle = load.cancel_handle();
        let waits = std::thread::spawn(move || std::fs::OpenOptions::new().write(true).open(pipe).unwrap());
        runtime.block_on(async {
            let mut load = load.into_future();
            // it has the pipe open, and waits for what comes
            while !waits.is_finished() {
                let brief = Duration::from_millis(1);
                assert!(tokio::time::timeout(brief, &mut load).await.is_err(), "it is waiting");
            }
            if is_cancelled {
                handle.cancel();
                assert_eq!(load.await.unwrap_err().kind(), LoadErrorKind::Cancelled);
            }
        });
        std::io::Write::write_all(&mut waits.join().unwrap(), csv(0..10).as_bytes()).unwrap();
        // waits for what prepares
        drop(runtime);
        assert_eq!((manifest.exists(), server.request_count()), (false, 0), "cancelled: {is_cancelled}");
    }
}

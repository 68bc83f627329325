//! Frames by a client, through faults: what is tried again, what ends the write, and which rows are stored then.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use influx_core::http::RetryPolicy;
use influx_core::testing::{At, Script, TestServer};
use influx_core::{Client, Destination, Dialect, ErrorKind};
use influx_frame::{ClientFrameExt, FrameReport, FrameWriteError, FrameWriteErrorKind};

use crate::rows::{Row, TOKEN, account, client, frame, frame_from, requests, roles, rows, server};

const MS: Duration = Duration::from_millis(1);

/// So many rows are in a piece.
const PIECE: usize = 8_192;

fn impatient(server: &TestServer) -> Client {
    client(server)
        .retry(RetryPolicy::new().max_retries(2).interval(5 * MS))
        .write_timeout(1_000 * MS)
        .read_timeout(400 * MS)
        .build()
        .unwrap()
}

/// Writes three pieces and a half.
async fn written(server: &TestServer, rows: &[Row]) -> Result<FrameReport, FrameWriteError> {
    let written = impatient(server).write_frame("b", &frame(rows), &roles()).await;
    if let Err(error) = &written {
        let shown = format!("{error} {error:?} {:?}", error.report());
        assert!(!shown.contains(TOKEN), "{shown}");
    }
    written
}

fn good() -> Vec<Row> {
    rows(3 * PIECE + PIECE / 2, |_| None)
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_all_rows_are_stored_in_their_order() {
    for (what, script, retries) in [
        ("503", Script::answer(503).times(2), 2),
        ("429", Script::answer(429).skipping(1).times(1), 1),
        ("reset in the body", Script::usual().reset(At::InBody(40)).skipping(3).times(2), 2),
        ("stored, then reset", Script::usual().reset(At::Answer).skipping(2).times(1), 1),
        ("no answer", Script::usual().stall(At::Answer).skipping(1).times(1), 1),
    ] {
        let server = server();
        let playing = server.script(script);
        let all = good();
        let report = written(&server, &all).await.unwrap();
        account(&server, &all, &report);
        assert_eq!((report.retries, playing.hits()), (retries, retries), "{what}");
        assert_eq!((report.requests, requests(&server)), (4 + retries, 4 + retries), "{what}");
        let mut sent: Vec<_> =
            server.requests()[1..].iter().map(|request| request.text().unwrap_or_default()).collect();
        if what != "reset in the body" {
            sent.dedup();
            let lines: String = (0..all.len()).map(|row| format!("m,tag=x v={row} {row}\n")).collect();
            assert!(sent.concat() == lines, "{what}: not the same lines, in their order");
        }
    }
}

/// Credentials, a missing bucket, another server: whatever the rows are.
#[tokio::test]
async fn what_concerns_all_rows_ends_the_write_at_once() {
    for (status, kind) in [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (302, ErrorKind::Redirect),
        (501, ErrorKind::Unexpected),
    ] {
        for pieces in [0, 1, 2] {
            let server = server();
            let script = Script::answer(status).header("Location", "http://elsewhere.example/");
            let playing = server.script(script.skipping(pieces));
            let all = rows(3 * PIECE, |row| (row % 4_000 == 7).then_some(Row::Empty));
            let error = written(&server, &all).await.unwrap_err();
            assert_eq!(error.kind(), FrameWriteErrorKind::Delivery, "{error}");
            let first = error.client_error().unwrap();
            assert_eq!((first.kind(), first.status()), (kind, Some(status)), "{error}");
            let report = error.report();
            account(&server, &all, report);
            let (pieces, retries) = (pieces as usize, report.retries);
            assert_eq!(report.rows as usize, (pieces + 1) * PIECE);
            assert!(report.dropped_rows() as usize >= PIECE - 3, "{report:?}");
            assert!(report.dropped.iter().all(|dropped| dropped.rows.start as usize >= pieces * PIECE));
            assert_eq!(requests(&server), pieces as u64 + playing.hits(), "nothing follows");
            assert_eq!(playing.hits(), 1 + retries);
            let next = format!("from row {} on", (pieces + 1) * PIECE);
            assert!(error.to_string().contains(&next), "{error}");
        }
    }
}

#[tokio::test]
async fn an_outage_that_outlasts_the_policy_says_which_rows_are_stored() {
    for (script, kind, possibly_stored) in [
        (Script::answer(503), ErrorKind::Unavailable, true),
        (Script::answer(429), ErrorKind::RateLimited, false),
        (Script::usual().reset(At::Answer), ErrorKind::Transport, true),
        (Script::usual().reset(At::Body), ErrorKind::Transport, true),
    ] {
        let server = server();
        let playing = server.script(script.skipping(2));
        let all = rows(4 * PIECE, |row| match row % 5_000 {
            4_000 => Some(Row::Empty),
            4_001 => Some(Row::Refused),
            _ => None,
        });
        let error = written(&server, &all).await.unwrap_err();
        account(&server, &all, error.report());
        assert_eq!(error.client_error().unwrap().kind(), kind, "{error}");
        assert_eq!((error.report().rows, playing.hits()), (3 * PIECE as u64, 3));
        // rows 19,000 and 19,001 have no line, and all others of the piece are given up
        let dropped = &error.report().dropped;
        let ranges: Vec<_> = dropped.iter().map(|dropped| dropped.rows.clone()).collect();
        assert_eq!(ranges, [16_384..19_000, 19_002..24_000, 24_002..24_576]);
        assert!(dropped.iter().all(|dropped| dropped.possibly_stored == possibly_stored), "{error}");
    }
}

#[tokio::test]
async fn an_outage_that_the_policy_outlasts_loses_nothing() {
    let server = server();
    let all = good();
    let frames: Vec<_> = all.chunks(2_000).enumerate().collect();
    let frames: Vec<_> = frames
        .into_iter()
        .map(|(index, rows)| Ok::<_, Infallible>(frame_from(index * 2_000, rows)))
        .collect();
    let server = Arc::new(server);
    let outage = Arc::clone(&server);
    let frames = frames.into_iter().enumerate().map(move |(index, frame)| {
        if index == 4 {
            outage.stop();
            let outage = Arc::clone(&outage);
            std::thread::spawn(move || {
                std::thread::sleep(200 * MS);
                outage.restart().unwrap();
            });
        }
        frame
    });
    let patient =
        client(&server).retry(RetryPolicy::new().max_retries(100).interval(5 * MS)).build().unwrap();
    let report = patient.write_frames("b", frames, &roles()).await.unwrap();
    account(&server, &all, &report);
    assert!(report.retries > 0, "{report:?}");
}

#[tokio::test]
async fn each_versions_own_words_name_the_rows() {
    for (version, dialect, status) in
        [("1.6.7", Dialect::V1, 400), ("v2.7.0", Dialect::V2, 422), ("3.1.0", Dialect::V3, 400)]
    {
        let server = TestServer::builder().version(version).bucket("b").start().unwrap();
        let to = match dialect {
            Dialect::V2 => Destination::bucket("b").org("o"),
            _ => Destination::database("b"),
        };
        let client = Client::builder(server.url()).dialect(dialect).build().unwrap();
        client.write(to.clone(), "m taken=\"text\" -1").await.unwrap();
        let all = rows(500, |row| match row % 100 {
            20 | 22 | 27 => Some(Row::Conflicting),
            21 | 26 => Some(Row::Empty),
            19 | 25 => Some(Row::Refused),
            _ => None,
        });
        let error = client.write_frame(to, &frame(&all), &roles()).await.unwrap_err();
        account(&server, &all, error.report());
        assert_eq!(error.report().rejected.len(), 15, "{version}");
        assert!(error.report().rejected.iter().all(|row| row.status == Some(status)), "{error:?}");
    }
}

/// Frames that count how many of them were asked for, and say when the thread that asks has gone.
fn counted(
    all: &[Row],
    size: usize,
) -> (impl Iterator<Item = Result<arrow_array::RecordBatch, Infallible>> + Send + use<>, Arc<AtomicUsize>) {
    let frames: Vec<_> =
        all.chunks(size).enumerate().map(|(index, rows)| Ok(frame_from(index * size, rows))).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let frames = frames.into_iter().inspect(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    (frames, asked)
}

/// Waits until nobody else holds it.
#[track_caller]
fn alone(asked: &Arc<AtomicUsize>) {
    let begun = Instant::now();
    while Arc::strong_count(asked) > 1 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the thread that encodes goes on");
        std::thread::sleep(MS);
    }
}

#[tokio::test]
async fn a_write_that_is_dropped_has_stored_a_beginning_and_ends_its_threads() {
    for (threads, after) in [(1, 0), (1, 40), (1, 150), (3, 90)] {
        let server = server();
        server.script(Script::usual().delay(30 * MS));
        let all = rows(40 * 1_000, |_| None);
        let (frames, asked) = counted(&all, 1_000);
        let write = impatient(&server).write_frames("b", frames, &roles()).threads(threads);
        let ended = tokio::time::timeout(after * MS, async { write.await }).await;
        assert!(ended.is_err(), "it ended before it was dropped");
        alone(&asked);
        assert!(asked.load(Ordering::Relaxed) < 40, "the rest was read for nobody");
        tokio::time::sleep(100 * MS).await;
        let mut times: Vec<_> = server.points("b").iter().map(|point| point.time).collect();
        times.sort_unstable();
        let stored = times.len() as i64 - 1;
        assert_eq!(stored % 1_000, 0, "a piece is stored or not");
        assert_eq!(times, (-1..stored).collect::<Vec<_>>());
    }
}

/// While a server does not answer, no more is read than a few pieces.
#[tokio::test]
async fn what_is_ahead_of_the_server_is_bounded() {
    for threads in [1, 2] {
        let server = server();
        server.script(Script::usual().stall(At::Answer).skipping(3));
        let all = rows(200 * 100, |_| None);
        let (frames, asked) = counted(&all, 100);
        let patient = client(&server).write_timeout(60_000 * MS).read_timeout(60_000 * MS).build().unwrap();
        let write = patient.write_frames("b", frames, &roles()).threads(threads);
        let ended = tokio::time::timeout(600 * MS, async { write.await }).await;
        assert!(ended.is_err());
        // three are stored, and one is with the server; the others are encoded or wait for a thread
        let ahead = asked.load(Ordering::Relaxed) - 4;
        assert!((1..=2 + 3 * threads).contains(&ahead), "{threads} threads: {ahead}");
        alone(&asked);
    }
}

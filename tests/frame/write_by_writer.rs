//! Frames by a writer: what it takes, and what its receipts, callbacks and counters say.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::http::Gzip;
use influx_core::testing::{At, Script, TestServer};
use influx_core::write::{Overflow, SpoolOptions, Verdict};
use influx_core::{ErrorKind, Precision, WriteOptions, Writer};
use influx_frame::{FrameWriteErrorKind, Pieces, Roles, WriterFrameExt};

use crate::rows::{Row, TOKEN, account, client, frame, frame_from, requests, roles, rows, server};
use crate::stream::slowly;

const MS: Duration = Duration::from_millis(1);

/// Batches of a thousand rows, one at a time, and no long waits.
fn options() -> WriteOptions {
    WriteOptions::new()
        .flush_interval(20 * MS)
        .retry_interval(5 * MS)
        .max_retry_delay(40 * MS)
        .max_retries(20)
}

fn writer(server: &TestServer, options: WriteOptions) -> Writer {
    client(server).build().unwrap().writer_with("b", options).unwrap()
}

fn mixed(count: usize) -> Vec<Row> {
    rows(count, |row| match row {
        998 | 1_001 | 8_190 => Some(Row::Empty),
        999 | 8_191 => Some(Row::Refused),
        1_000 | 8_192 => Some(Row::Conflicting),
        _ if row % 3_000 == 17 => Some(Row::Conflicting),
        _ if row % 900 == 16 => Some(Row::Empty),
        _ if row % 1_100 == 15 => Some(Row::Refused),
        _ => None,
    })
}

#[tokio::test]
async fn all_rows_are_taken_and_their_receipt_says_how_they_ended() {
    for options in [options(), options().batch_size(10_000).in_flight(4), options().queue_bytes(256 * 1024)] {
        let server = server();
        let all = rows(20_000, |row| (row % 70 == 3).then_some(Row::Empty));
        let writer = writer(&server, options);
        let receipt = writer.write_frame(&frame(&all), &roles()).threads(2).await.unwrap();
        let report = receipt.acked().await.unwrap();
        account(&server, &all, &report);
        assert_eq!((receipt.taken(), report.stored), (19_714, 19_714));
        assert_eq!(receipt.acked().await.unwrap().stored, 19_714, "it can be asked again");
        let stats = writer.close(None).await.stats;
        assert_eq!((stats.stored, stats.offered, stats.pending), (19_714, 19_714, 0));
    }
}

/// Callbacks hear of the lines of rows, and counters count them, as of any other record.
#[tokio::test]
async fn bad_rows_are_told_by_number_and_their_lines_by_callback() {
    let server = server();
    let all = mixed(20_000);
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    let options = options().on_error(move |report, verdict| {
        assert!(matches!(verdict, Verdict::Rejected(_)));
        hears.lock().unwrap().push_str(std::str::from_utf8(&report.data).unwrap());
    });
    let writer = writer(&server, options);
    let error = writer.write_frame(&frame(&all), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Rows, "some cannot be encoded");
    let refused = all.iter().filter(|row| **row == Row::Refused).count();
    assert_eq!((error.report().rows, error.report().refused.len()), (20_000, refused));

    let acked = error.receipt().unwrap().acked().await.unwrap_err();
    assert_eq!(acked.kind(), FrameWriteErrorKind::Rows);
    let report = acked.into_report();
    account(&server, &all, &report);
    let stats = writer.close(None).await.stats;
    assert_eq!((stats.stored, stats.rejected), (report.stored, report.rejected.len() as u64));
    assert_eq!((stats.refused_invalid, stats.refused), (refused as u64, refused as u64));
    assert!(stats.is_balanced());
    let mut lines: Vec<_> = heard.lock().unwrap().lines().map(str::to_owned).collect();
    lines.sort_by_key(|line| line.rsplit(' ').next().and_then(|at| at.parse::<u64>().ok()));
    let rejected = report.rejected.iter().map(|row| format!("m,tag=x v={0},taken={0} {0}", row.row));
    assert_eq!(lines, rejected.collect::<Vec<_>>());
}

#[tokio::test]
async fn frames_one_after_the_other_are_numbered_through() {
    let all = mixed(9_000);
    for streamed in [false, true] {
        let server = server();
        let writer = writer(&server, options());
        let frames: Vec<_> = all.chunks(777).enumerate().collect();
        let frames: Vec<_> = frames
            .into_iter()
            .map(|(index, rows)| Ok::<_, Infallible>(frame_from(index * 777, rows)))
            .collect();
        let write = match streamed {
            true => writer.write_frame_stream(slowly(frames), &roles()),
            false => writer.write_frames(frames, &roles()),
        };
        let error = write.await.unwrap_err();
        let acked = error.receipt().unwrap().acked().await.unwrap_err();
        account(&server, &all, acked.report());
    }
}

/// They have default tags and times already: the queue takes the bytes as they are.
#[tokio::test]
async fn lines_are_encoded_once_as_the_writer_wants_them() {
    let server = server();
    let client = client(&server).gzip(Gzip::off()).default_tag("site", "x").precision(Precision::Seconds);
    let writer = client.build().unwrap().writer_with("b", options().default_tag("line", "3")).unwrap();
    let batch = frame(&rows(3_000, |_| None));
    let seconds = Roles::new("m").tag("tag").time_in("at", Precision::Seconds);
    writer.write_frame(&batch, &seconds).await.unwrap().acked().await.unwrap();
    let mut pieces = Pieces::new(batch.clone(), &seconds, writer.line_buffer()).unwrap();
    let lines = pieces.next().unwrap().unwrap().lines.as_str();
    assert!(lines.starts_with("m,tag=x,site=x,line=3 v=0 0\n"), "{lines:.100}");
    let sent = |from: usize| -> String {
        server.requests()[from..].iter().map(|request| request.text().unwrap()).collect()
    };
    assert!(sent(1) == lines);

    // without a time they get this machine's, once
    let before = server.requests().len();
    let stamped = Roles::new("n").tag("tag").ignore("at").stamped();
    writer.write_frame(&batch, &stamped).await.unwrap().acked().await.unwrap();
    let stamped = sent(before);
    assert_eq!(stamped.lines().count(), 3_000);
    assert!(stamped.lines().all(|line| line.split(' ').count() == 3), "{stamped:.200}");
}

/// A receipt of a long load holds what is in flight, not what is through.
#[tokio::test]
async fn what_is_through_is_known_when_the_last_row_is_taken() {
    let server = server();
    let all = rows(100_000, |_| None);
    let queue = 256 * 1024;
    let writer = writer(&server, options().queue_bytes(queue));
    let receipt = writer.write_frame(&frame(&all), &roles()).await.unwrap();
    let reserved = writer.stats().bytes_reserved;
    assert!(reserved as usize <= queue, "{reserved}");
    // a row has 20 bytes at least, and a piece may be taken in halves
    let most = queue as u64 / 20 + 8_192;
    assert!(receipt.report().pending() <= most, "{receipt:?}");
    account(&server, &all, &receipt.acked().await.unwrap());
}

#[tokio::test]
async fn an_outage_loses_nothing() {
    for (threads, script) in [
        (1, Script::answer(503).skipping(3).times(4)),
        (2, Script::usual().reset(At::Answer).skipping(5).times(2)),
        (1, Script::answer(401).skipping(2).times(2)),
    ] {
        let server = server();
        let playing = server.script(script);
        let all = rows(30_000, |row| (row % 999 == 0).then_some(Row::Empty));
        let writer = writer(&server, options());
        let receipt = writer.write_frame(&frame(&all), &roles()).threads(threads).await.unwrap();
        account(&server, &all, &receipt.acked().await.unwrap());
        assert!(playing.hits() >= 2);
    }
}

#[tokio::test]
async fn rows_that_are_given_up_are_told_by_their_numbers() {
    for (script, possibly_stored) in
        [(Script::answer(503), true), (Script::answer(429), false), (Script::answer(401), false)]
    {
        let server = server();
        server.script(script.skipping(3));
        let all = rows(6_000, |row| (row == 4_500).then_some(Row::Empty));
        let writer = writer(&server, options().max_retries(1).max_age(300 * MS));
        let receipt = writer.write_frame(&frame(&all), &roles()).await.unwrap();
        let error = receipt.acked().await.unwrap_err();
        assert_eq!(error.kind(), FrameWriteErrorKind::Rows);
        account(&server, &all, error.report());
        let dropped = &error.report().dropped;
        assert_eq!(error.report().dropped_rows(), 2_999, "{error}");
        let first = dropped.first().unwrap();
        assert_eq!((first.rows.start, first.possibly_stored), (3_000, possibly_stored), "{error}");
        assert!(error.to_string().contains("rows 3000 to "), "{error}");
        assert!(!format!("{error} {error:?}").contains(TOKEN));
    }
}

#[tokio::test]
async fn a_closed_writer_takes_nothing_and_says_so() {
    let server = server();
    let writer = writer(&server, options());
    writer.close(None).await;
    let all = rows(3, |_| None);
    let error = writer.write_frame(&frame(&all), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Delivery);
    assert_eq!(error.client_error().unwrap().kind(), ErrorKind::Closed);
    account(&server, &all, error.report());
    assert_eq!((error.receipt().unwrap().taken(), requests(&server)), (0, 0));
}

#[tokio::test]
async fn a_writer_that_is_closed_half_way_has_stored_what_it_took() {
    let server = server();
    server.script(Script::usual().delay(30 * MS));
    let writer = writer(&server, options().queue_bytes(192 * 1024));
    let all = rows(40_000, |row| (row % 100 == 1).then_some(Row::Empty));
    let (closing, write) = (writer.clone(), writer.write_frame(&frame(&all), &roles()));
    let closer = async {
        while closing.stats().written == 0 {
            tokio::time::sleep(MS).await;
        }
        closing.close(None).await
    };
    let (written, closed) = tokio::join!(async { write.await }, closer);
    let error = written.unwrap_err();
    assert_eq!(error.client_error().unwrap().kind(), ErrorKind::Closed);
    let receipt = error.receipt().unwrap();
    assert!(receipt.taken() > 0 && receipt.taken() < 39_600, "{receipt:?}");
    let acked = receipt.acked().await.unwrap_err();
    account(&server, &all, acked.report());
    assert_eq!((acked.report().stored, closed.stored), (receipt.taken(), receipt.taken()));
}

#[tokio::test]
async fn a_full_queue_refuses_or_drops_by_the_writers_options() {
    for (overflow, kind) in [
        (Overflow::Reject, Some(ErrorKind::Full)),
        (Overflow::DropOldest, None),
        (Overflow::DropNewest, None),
    ] {
        let server = server();
        let playing = server.script(Script::answer(503));
        let options = options().queue_bytes(192 * 1024).max_retries(u32::MAX).overflow(overflow);
        let writer = writer(&server, options);
        let all = rows(20_000, |_| None);
        let written = writer.write_frame(&frame(&all), &roles()).await;
        assert_eq!(written.as_ref().err().and_then(|error| error.client_error()).map(|e| e.kind()), kind);
        playing.end();
        let receipt = match &written {
            Ok(receipt) => receipt,
            Err(error) => error.receipt().unwrap(),
        };
        let error = receipt.acked().await.unwrap_err();
        account(&server, &all, error.report());
        assert!(error.report().stored > 0 && error.report().dropped_rows() > 0, "{error}");
        assert!(error.to_string().contains("full"), "{error}");
        if kind.is_some() {
            assert_eq!(receipt.taken(), error.report().stored);
        }
    }
}

#[tokio::test]
async fn a_write_that_is_dropped_has_handed_over_a_beginning() {
    for after in [0, 20, 60, 200] {
        let server = server();
        server.script(Script::usual().delay(20 * MS));
        let writer = writer(&server, options().queue_bytes(192 * 1024));
        let all = rows(60_000, |_| None);
        let write = writer.write_frame(&frame(&all), &roles());
        let ended = tokio::time::timeout(after * MS, async { write.await }).await;
        assert!(ended.is_err(), "it ended before it was dropped");
        let stats = writer.close(None).await.stats;
        assert!(stats.is_balanced() && stats.stored < 60_000, "{stats:?}");
        let mut times: Vec<_> = server.points("b").iter().map(|point| point.time).collect();
        times.sort_unstable();
        assert_eq!(times, (-1..stats.stored as i64).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn roles_and_sources_that_fail_say_what_was_taken_before() {
    let server = server();
    let writer = writer(&server, options());
    let error = writer.write_frame(&frame(&[Row::Good]), &roles().tag("nowhere")).await.unwrap_err();
    assert_eq!((error.kind(), error.receipt().unwrap().taken()), (FrameWriteErrorKind::Plan, 0));
    let all = rows(5_000, |_| None);
    let frames = [Ok(frame(&all)), Err("the disk is gone")];
    let error = writer.write_frames(frames, &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Source);
    let receipt = error.receipt().unwrap();
    assert_eq!(receipt.taken(), 5_000);
    account(&server, &all, &receipt.acked().await.unwrap());
}

#[test]
fn without_a_runtime_it_is_waited_for() {
    let server = server();
    let writer = writer(&server, options());
    let all = rows(9_000, |_| None);
    let receipt = writer.write_frame(&frame(&all), &roles()).wait().unwrap();
    account(&server, &all, &receipt.acked().wait().unwrap());
}

/// A writer that is closed while its server is away leaves them in its spool.
#[tokio::test]
async fn rows_that_a_writer_left_in_its_spool_are_pending_and_not_ok() {
    let server = server();
    server.stop();
    let folder = std::env::temp_dir().join(format!("influx-frame-spool-{}", std::process::id()));
    let writer = writer(&server, options().spool(SpoolOptions::new(&folder)));
    let all = rows(3_000, |row| (row % 70 == 3).then_some(Row::Empty));
    let receipt = writer.write_frame(&frame(&all), &roles()).await.unwrap();
    let empty = receipt.report().empty;
    let left = writer.close(Duration::ZERO).await;
    let error = receipt.acked().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.report().stored, left.pending),
        (FrameWriteErrorKind::Rows, 0, 3_000 - empty)
    );
    assert_eq!((error.report().pending(), error.report().empty), (left.pending, 43));
    assert!(error.to_string().contains("wait for their verdict"), "{error}");
    std::fs::remove_dir_all(folder).unwrap();
}

//! Closing, dropping and opening again: what has no verdict stays.

use std::task::Waker;

use super::super::callbacks::Heard;
use super::*;

#[tokio::test]
async fn what_is_left_at_the_end_is_found_again_and_the_counts_hold_across_runs() {
    for when in [SpoolUse::Always, SpoolUse::WhenFull] {
        let rig = Rig::new();
        let options = || WriteOptions::new().batch_size(3);
        let (mut written, mut left, mut stored) = (0, 0, 0);
        for run in 0..4 {
            rig.down(run != 3);
            let writer = rig.open(settings().when(when), options());
            assert_eq!(writer.stats().recovered, left, "run {run} {when:?}");
            let other = writer.to(Destination::bucket("other").precision(Precision::Seconds)).unwrap();
            for number in written..written + 10 {
                writer.write(&line(number)).await.unwrap();
                other.write(&line(1000 + number)).await.unwrap();
            }
            written += 10;
            let deadline = if run == 3 { PATIENCE } else { Duration::from_millis(run * 10) };
            let report = writer.close(deadline).await;
            all_balanced(&report.stats);
            assert_eq!(report.stats.written, 20);
            assert_eq!(report.stored + report.pending, left + 20, "{report:?}");
            assert_eq!((report.dropped, report.stats.bytes_reserved), (0, 0));
            (left, stored) = (report.pending, stored + report.stored);
        }
        assert_eq!((left, stored), (0, 80));
        let (others, ours): (Vec<_>, Vec<_>) = rig.stored().into_iter().partition(|number| *number >= 1000);
        assert_eq!((ours, others), ((0..40).collect(), (1000..1040).collect()), "{when:?}");
    }
}

#[tokio::test]
async fn what_close_left_in_the_files_outlives_the_loss_of_power() {
    for fsync in [Fsync::Group, Fsync::Every(Duration::from_secs(3600))] {
        let rig = Rig::new();
        let writer = rig.open(settings().fsync(fsync), WriteOptions::new().batch_size(2));
        write(&writer, 0..4).await;
        until("some have their verdict", || writer.stats().stored == 4).await;
        rig.down(true);
        write(&writer, 4..11).await;
        let report = writer.close(Duration::ZERO).await;
        assert_eq!((report.pending, report.dropped), (7, 0), "{fsync:?}: {report:?}");
        let size: usize = rig.disk.contents().values().map(Vec::len).sum();
        assert_eq!(writer.stats().spool_bytes, size as u64, "{fsync:?}");
        let left: Vec<_> = held(&rig.disk);
        let lines = left.iter().flat_map(|frame| frame.splitn(3, ' ').nth(2)).collect::<Vec<_>>().join(",");
        assert_eq!(lines, (4..11).map(line).collect::<Vec<_>>().join(","), "{fsync:?}");
        for image in crashes(&rig.disk) {
            assert_eq!(held(&image), left, "{fsync:?}");
        }
    }
}

/// One line is found bad, and what is left of the batch is not stored before the end.
pub(super) fn refuses_one() -> Arc<Memory> {
    let mut outcomes = vec![Outcome::Condemned {
        lines: vec![(0, "bad".to_owned())],
        others: Others::NotStored,
        reason: reason(),
    }];
    Memory::new(move |_, _| outcomes.pop().unwrap_or(again(Progress::Postponed, None)))
}

#[tokio::test]
async fn what_has_its_verdict_is_not_lost_as_well_when_no_sync_succeeds() {
    let rig = Rig { server: refuses_one(), ..Rig::new() };
    let seldom = settings().fsync(Fsync::Every(Duration::from_secs(3600)));
    let writer = rig.open(seldom, WriteOptions::new().batch_size(4));
    let receipt = writer.write_receipt(&(0..4).map(line).collect::<Vec<_>>().join("\n")).await.unwrap();
    let said = || rig.disk.contents().get("acks.log").is_some_and(|acks| acks[16] != 0);
    until("it is written down that one is rejected", said).await;
    rig.disk.fail(Call::Sync, 0..u64::MAX, Fault::Broken);
    let report = writer.close(Duration::ZERO).await;
    all_balanced(&report.stats);
    assert_eq!((report.rejected, report.dropped, report.pending), (1, 3, 0), "{report:?}");
    let end = tokio::time::timeout(PATIENCE, receipt.acked()).await.unwrap();
    assert_eq!((end.failed.len(), end.pending), (4, 0));
}

#[tokio::test]
async fn what_the_server_may_have_is_dropped_as_such_when_the_files_cannot_take_it() {
    for (progress, possibly_stored) in [(Progress::Unknown, 2), (Progress::Unreachable, 0)] {
        // nothing is on its way at the end
        let retry = Duration::from_secs(3600);
        let rig = Rig { server: Memory::new(move |_, _| again(progress, None)), retry, ..Rig::new() };
        let writer = rig.open(settings(), WriteOptions::new().batch_size(2));
        rig.disk.fail(Call::Write, 0..u64::MAX, Fault::Broken);
        write(&writer, 0..2).await;
        until("it was sent", || writer.stats().retry_wait == 2).await;
        let report = writer.close(Duration::ZERO).await;
        let stats = &report.stats;
        assert_eq!(
            (stats.dropped_spool_io, stats.dropped_possibly_stored),
            (2, possibly_stored),
            "{report:?}"
        );
    }
}

#[tokio::test]
async fn lines_of_a_batch_that_have_their_verdict_are_not_sent_again() {
    let rig = Rig::new();
    let first = Rig { server: refuses_one(), ..rig.clone() };
    let writer = first.open(settings(), WriteOptions::new().batch_size(4));
    let receipt = writer.write_receipt(&(0..4).map(line).collect::<Vec<_>>().join("\n")).await.unwrap();
    until("one is rejected", || writer.stats().rejected == 1).await;
    let report = writer.close(Duration::ZERO).await;
    assert_eq!((report.pending, report.rejected), (3, 1), "{report:?}");
    let end = receipt.acked().await;
    assert_eq!((end.stored, end.failed.len(), end.pending), (0, 1, 3));
    assert!(!end.is_stored());

    let writer = rig.open(settings(), WriteOptions::new());
    assert_eq!(writer.stats().recovered, 3);
    assert!(writer.flush(PATIENCE).await.is_stored(), "whoever waits for them is told");
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored(), "{report:?}");
    assert_eq!(rig.stored(), [1, 2, 3]);
}

#[tokio::test]
async fn the_last_handle_leaves_everything_in_the_files() {
    for when in [SpoolUse::Always, SpoolUse::WhenFull] {
        let rig = Rig::new();
        rig.down(true);
        let writer = rig.open(settings().when(when), WriteOptions::new().batch_size(3));
        write(&writer, 0..7).await;
        let receipt = writer.write_receipt(&line(7)).await.unwrap();
        drop(writer);
        assert_eq!(receipt.acked().await.pending, 1);
        rig.down(false);
        let writer = rig.open(settings().when(when), WriteOptions::new());
        assert_eq!(writer.stats().recovered, 8);
        assert!(writer.close(PATIENCE).await.is_stored());
        assert_eq!(rig.stored(), (0..8).collect::<Vec<_>>());
        assert!(rig.told.lock().unwrap().is_empty());
    }
}

#[test]
fn a_runtime_that_ends_leaves_everything_in_the_files() {
    let rig = Rig::new();
    rig.down(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let writer = runtime.block_on(async {
        let writer = rig.open(settings(), single().queue_bytes(4 * 64 * 1024));
        write(&writer, 0..20).await;
        writer
    });
    drop(runtime);
    assert_eq!(writer.try_write(&line(20)).unwrap_err().kind(), ErrorKind::Closed);
    drop(writer);
    rig.down(false);
    let again = rig.open(settings(), single());
    assert_eq!(again.stats().recovered, 20);
    assert!(again.close(PATIENCE).wait().unwrap().is_stored());
    assert_eq!(rig.stored(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_on_its_way_at_the_end_and_in_no_file_is_told_to_be_dropped() {
    for broken in [true, false] {
        let never = || Answer { after: Duration::from_secs(3600), outcome: Outcome::Stored };
        let rig = Rig { server: Memory::new(move |_, _| never()), ..Rig::new() };
        let writer = rig.open(settings(), single());
        if broken {
            rig.disk.fail(Call::Write, 0..u64::MAX, Fault::Broken);
        }
        let receipt = writer.write_receipt(&line(0)).await.unwrap();
        until("it is on its way", || writer.stats().in_flight == 1).await;
        let flush = writer.flush(None);
        let engine = Arc::clone(writer.engine());
        // It waits for the files, and no task runs meanwhile.
        drop(writer);
        let end = tokio::time::timeout(PATIENCE, receipt.acked()).await.unwrap();
        let flushed = tokio::time::timeout(PATIENCE, flush).await.unwrap();
        let dropped = u64::from(broken);
        assert_eq!((end.failed.len() as u64, end.pending), (dropped, 1 - dropped), "{end:?}");
        assert_eq!((flushed.dropped, flushed.pending), (dropped, 1 - dropped), "{flushed:?}");
        until("it is left", || Stats::of(&engine).in_flight == 0).await;
        let stats = Stats::of(&engine);
        all_balanced(&stats);
        assert_eq!((stats.dropped_writer, stats.pending), (dropped, 1 - dropped), "{stats:?}");
        until("it is told", || rig.told.lock().unwrap().len() as u64 == dropped).await;
        assert_eq!(held(&rig.disk).len() as u64, 1 - dropped);
    }
}

#[test]
fn a_close_whose_runtime_ends_tells_everyone_once_the_files_are_let_go() {
    // How many turns were made by then since tasks were told to stop, if they were, and whether anyone else waits.
    let turns = std::iter::once(None).chain((0..8).map(Some));
    for (turns, awaited) in turns.flat_map(|turns| [(turns, true), (turns, false)]) {
        let rig = Rig::new();
        rig.down(true);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        // A turn is a poll of one task.
        let runtime = runtime.event_interval(1).enable_all().build().unwrap();
        let (writer, receipt, disk) = runtime.block_on(async {
            let writer = rig.open(settings(), single());
            let disk = rig.disk.hold();
            let receipt = writer.write_receipt(&line(0)).await.unwrap();
            tokio::task::yield_now().await;
            drop(writer.close(Duration::ZERO));
            if let Some(turns) = turns {
                writer.engine().halted().await;
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            }
            (writer, receipt, disk)
        });
        drop(runtime);
        let mut close = writer.close(None);
        drop(writer);
        let polled = Pin::new(&mut close).poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending(), "after {turns:?} turns the files are let go");
        let close = awaited.then_some(close);
        drop(disk);
        if let Some(close) = close {
            let report = close.wait().unwrap();
            assert_eq!((report.dropped, report.pending), (0, 1), "after {turns:?} turns: {report:?}");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let end = runtime.block_on(async { tokio::time::timeout(PATIENCE, receipt.acked()).await });
        assert_eq!(end.unwrap().pending, 1, "after {turns:?} turns");
        assert_eq!(held(&rig.disk), [format!("b 0..1 {}", line(0))], "after {turns:?} turns");
    }
}

#[tokio::test]
async fn closing_twice_is_once_and_lets_the_directory_go() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    write(&writer, 0..3).await;
    let (first, second) = (writer.close(Duration::ZERO), writer.close(PATIENCE));
    assert_eq!((first.await.pending, second.await.pending), (3, 3));
    assert_eq!(writer.try_write(&line(3)).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(writer.stats().pending, 3);
}

#[tokio::test]
async fn what_cannot_be_written_at_the_end_is_tried_once_more() {
    for (failing, pending) in [(0..1, 3), (0..u64::MAX, 0)] {
        let rig = Rig::new();
        rig.down(true);
        // the first sync is that at the end
        let seldom = settings().fsync(Fsync::Every(Duration::from_secs(3600)));
        let writer = rig.open(seldom, single());
        write(&writer, 0..3).await;
        let last = line(2);
        let holds = |bytes: &Vec<u8>| bytes.windows(last.len()).any(|window| window == last.as_bytes());
        until("all is in a file", || rig.disk.contents().values().any(holds)).await;
        rig.disk.fail(Call::Sync, failing, Fault::Broken);
        let report = writer.close(Duration::ZERO).await;
        assert_eq!((report.pending, report.dropped), (pending, 3 - pending), "{report:?}");
        assert_eq!(report.stats.dropped_spool_io, 3 - pending);
    }
}

#[tokio::test]
async fn records_are_as_old_as_they_are_across_a_restart() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    write(&writer, 0..2).await;
    assert_eq!(writer.close(Duration::ZERO).await.pending, 2);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let writer = rig.open(settings().max_age(Duration::from_millis(140)), single());
    until("they are too old", || writer.stats().dropped_expired == 2).await;
    let report = writer.close(PATIENCE).await;
    assert_eq!((report.stats.recovered, report.dropped, report.pending), (2, 2, 0));
    assert_eq!(report.stats.dropped_possibly_stored, 2, "the run before may have sent them");
    until("it is told", || *rig.told.lock().unwrap() == [(DropReason::Expired, 1); 2]).await;
}

#[tokio::test]
async fn callbacks_are_told_before_who_waits_for_what_is_of_earlier_runs() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    write(&writer, 0..1).await;
    assert_eq!(writer.close(Duration::ZERO).await.pending, 1);
    let told = Arc::clone(&rig.told);
    let writer = rig.open(settings(), single().max_retries(0));
    let flush = writer.flush(None);
    let mut waits = std::pin::pin!(async { drop(flush.await) });
    let heard = Heard::begin(&writer, waits.as_mut(), move || told.lock().unwrap().len());
    until("someone is told", || heard.by_then().is_some()).await;
    assert_eq!(heard.by_then(), Some(1));
}

#[tokio::test]
async fn a_flush_waits_for_what_is_of_earlier_runs() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    write(&writer, 0..5).await;
    writer.close(Duration::ZERO).await;
    let writer = rig.open(settings(), single());
    let report = writer.flush(Duration::from_millis(50)).await;
    assert_eq!((report.pending, report.stored), (5, 0));
    rig.down(false);
    let report = writer.flush(PATIENCE).await;
    assert_eq!((report.pending, report.is_stored()), (0, true));
    writer.close(PATIENCE).await;
}

//! Corners: runtimes that have ended, deliveries that panic, clocks that jump, options at their limits.

use std::time::SystemTime;

use tokio::time::Instant;

use super::*;
use crate::write::{Overflow, Verdict};

const SECOND: Duration = Duration::from_secs(1);

/// Collects what is handed back: the reason, whether the lines may be stored, and the lines.
type Lost = Arc<Mutex<Vec<(DropReason, bool, String)>>>;

fn handed_back(options: WriteOptions) -> (WriteOptions, Lost) {
    let lost = Lost::default();
    let heard = Arc::clone(&lost);
    let options = options.on_error(move |report, verdict| {
        let Verdict::Dropped(dropped) = verdict else { panic!("{verdict:?}") };
        let text = String::from_utf8(report.data.to_vec()).unwrap();
        heard.lock().unwrap().push((dropped.reason, dropped.possibly_stored, text));
    });
    (options, lost)
}

#[test]
fn a_runtime_that_ended_before_the_first_record_leaves_none_without_its_verdict() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let memory = Memory::script([]);
    let writer = runtime.block_on(async { writer(&memory, WriteOptions::new()) });
    drop(runtime);
    let _ = writer.try_write(&line(0));
    assert_eq!(writer.try_write(&line(1)).unwrap_err().kind(), ErrorKind::Closed);
    let report = writer.close(None).wait().unwrap();
    let stats = &report.stats;
    assert_eq!((stats.offered, stats.written, stats.dropped_writer, stats.pending), (2, 1, 1, 0));
    assert_eq!(stats.bytes_reserved, 0);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_panics_ends_the_writer_and_hands_everything_back() {
    let (options, lost) = handed_back(WriteOptions::throughput().batch_size(2));
    let memory = Memory::new(|part, _| -> Answer {
        let panics = (0..part.lines()).any(|index| part.line(index) == Some("m v=5 1"));
        assert!(!panics, "on purpose");
        Answer { after: 100 * SECOND, outcome: Outcome::Stored }
    });
    let writer = writer(&memory, options);
    let other = writer.to("other").unwrap();
    let receipt = other.write_receipt(&line(100)).await.unwrap();
    for number in 0..21 {
        writer.write(&line(number)).await.unwrap();
    }
    tokio::time::sleep(10 * SECOND).await;
    for handle in [&writer, &other, &writer.to("third").unwrap()] {
        assert_eq!(handle.write(&line(0)).await.unwrap_err().kind(), ErrorKind::Closed);
    }
    assert!(!receipt.acked().await.is_stored());
    let report = tokio::time::timeout(SECOND, writer.close(None)).await.unwrap();
    let stats = &report.stats;
    assert_eq!((stats.written, stats.dropped_writer, stats.pending), (22, 22, 0), "{stats:?}");
    assert_eq!((stats.bytes_reserved, stats.is_balanced()), (0, true));
    assert!((2..20).contains(&stats.dropped_possibly_stored), "{stats:?}");
    let lost = lost.lock().unwrap();
    assert!(lost.iter().all(|(reason, _, _)| *reason == DropReason::WriterDropped));
    let mut lines: Vec<_> = lost.iter().flat_map(|(_, _, text)| text.lines()).collect();
    let mut expected: Vec<_> = (0..21).chain([100]).map(line).collect();
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected);
    let possibly = |wanted: &str| lost.iter().find(|(_, _, text)| text.contains(wanted)).unwrap().1;
    assert!(possibly("m v=5 1"), "it was on its way");
    assert!(!possibly("m v=20 1"), "it never was");
}

/// The runtime's clock is paused, and so the clock on the wall may be anywhere beside it.
#[tokio::test(start_paused = true)]
async fn delays_and_ages_know_nothing_of_the_clock_on_the_wall_and_stamps_only_of_it() {
    let wall = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as i64;
    let before = wall();
    let memory = Memory::script([again(Progress::Postponed, None), again(Progress::Unknown, None)]);
    let options =
        WriteOptions::new().batch_size(1).retry_interval(100 * SECOND).max_retry_delay(400 * SECOND);
    let writer = writer(&memory, options.max_retry_time(Duration::MAX).max_age(3600 * SECOND));
    writer.write("m v=1").await.unwrap();
    tokio::time::sleep(90 * SECOND).await;
    assert_eq!(writer.stats().oldest_age.unwrap().as_secs(), 90);
    tokio::time::sleep(3000 * SECOND).await;
    writer.write("m v=2").await.unwrap();
    assert!(writer.flush(None).await.is_stored());
    let after = wall();
    let requests = memory.requests();
    assert_eq!((&requests[0], &requests[0]), (&requests[1], &requests[2]), "it was stamped again");
    for request in [&requests[0], &requests[3]] {
        let stamp: i64 = request.rsplit(' ').next().unwrap().parse().unwrap();
        assert!((before..=after).contains(&stamp), "{request} is not between {before} and {after}");
    }
    let gaps: Vec<_> = memory.gaps().iter().map(Duration::as_secs).collect();
    assert!((100..=200).contains(&gaps[0]) && (200..=400).contains(&gaps[1]), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn the_oldest_is_dropped_even_while_on_error_is_slow() {
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let lost = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lost);
    // Two batches of this size are more than callbacks may hold.
    let options = WriteOptions::new().batch_size(1).batch_bytes(100 * 64 * 1024).queue_bytes(2 * 64 * 1024);
    let options = options.overflow(Overflow::DropOldest).on_error(move |report, _| {
        let _ = gate.lock().unwrap().recv();
        heard.lock().unwrap().push(String::from_utf8(report.data.to_vec()).unwrap());
    });
    let memory = Memory::new(|_, _| Answer { after: 100 * SECOND, outcome: Outcome::Stored });
    let writer = writer(&memory, options);
    writer.write(&line(0)).await.unwrap();
    tokio::time::sleep(SECOND).await;
    writer.write(&line(1)).await.unwrap();
    writer.write(&line(2)).await.unwrap();
    let slow = tokio::spawn({
        let writer = writer.clone();
        async move { writer.write(&line(3)).await }
    });
    tokio::time::sleep(SECOND).await;
    assert!(!slow.is_finished(), "there is no room to tell what is dropped");
    // Callbacks run on a thread that knows no other clock than that on the wall.
    tokio::time::resume();
    drop(go);
    slow.await.unwrap().unwrap();
    tokio::time::pause();
    assert_eq!(writer.close(Duration::from_secs(3600)).await.stored, 2);
    assert_eq!(*lost.lock().unwrap(), [1, 2].map(|number| line(number) + "\n"));
    assert_eq!(memory.stored(), [0, 3].map(line));
}

#[tokio::test(start_paused = true)]
async fn what_no_queue_can_hold_is_refused_whatever_becomes_of_others() {
    let three = [0, 1, 2].map(line).join("\n");
    for overflow in [Overflow::Wait, Overflow::Reject, Overflow::DropOldest, Overflow::DropNewest] {
        let memory = Memory::script([]);
        let options = WriteOptions::new().batch_size(1).queue_bytes(2 * 64 * 1024).overflow(overflow);
        let writer = writer(&memory, options);
        writer.write(&line(9)).await.unwrap();
        let error = writer.write(&three).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{overflow:?}: it will never fit");
        let stats = writer.close(None).await.stats;
        assert_eq!((stats.stored, stats.refused_invalid, stats.dropped), (1, 3, 0), "{overflow:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_sent_before_it_is_too_old() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new().flush_interval(3600 * SECOND).max_age(60 * SECOND));
    let began = Instant::now();
    let receipt = writer.write_receipt(&line(0)).await.unwrap();
    assert!(receipt.acked().await.is_stored());
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn delays_beyond_every_clock_are_only_long() {
    for progress in [Progress::Unreachable, Progress::Postponed, Progress::Unknown] {
        for full_jitter in [true, false] {
            let wait = Some(Duration::MAX);
            let memory = Memory::new(move |_, _| again(progress, wait));
            let options = WriteOptions::throughput()
                .full_jitter(full_jitter)
                .retry_interval(Duration::MAX)
                .max_retry_delay(Duration::MAX)
                .exponential_base(u32::MAX)
                .jitter_interval(Duration::MAX);
            let writer = writer(&memory, options);
            writer.write(&line(0)).await.unwrap();
            let report = writer.close(Duration::from_secs(3600)).await;
            assert_eq!(report.stats.dropped_expired, 1, "{progress:?}: {report:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn write_all_needs_no_more_room_than_a_batch() {
    let points = || (0..2_000).map(|number| crate::Point::new("m").field("v", i64::from(number)));
    let narrow = WriteOptions::new().batch_bytes(100).queue_bytes(2 * 64 * 1024);
    for options in [WriteOptions::synchronous(), WriteOptions::new().queue_bytes(1), narrow] {
        let writer = writer(&Memory::script([]), options);
        assert_eq!(writer.write_all(points()).await.unwrap(), 2_000);
        assert_eq!(writer.close(None).await.stored, 2_000);
    }
}

#[test]
fn a_batch_of_4_gib_makes_no_writer() {
    let options = WriteOptions::new().batch_bytes(u32::MAX as usize + 1);
    let made = Writer::with_deliver(Memory::script([]), "b", EncodeOptions::new(), options);
    assert!(made.unwrap_err().to_string().contains("batch_bytes"));
}

#[tokio::test(start_paused = true)]
async fn a_callback_may_close_the_writer_and_drop_its_last_handle() {
    let held = Arc::new(Mutex::new(None::<Writer>));
    let own = Arc::clone(&held);
    let options = WriteOptions::new().batch_size(1).on_success(move |_| {
        let Some(writer) = own.lock().unwrap().take() else { return };
        drop(writer.close(None));
        assert_eq!(writer.try_write(&line(9)).unwrap_err().kind(), ErrorKind::Closed);
    });
    let writer = writer(&Memory::script([]), options);
    *held.lock().unwrap() = Some(writer.clone());
    for number in 0..3 {
        writer.write(&line(number)).await.unwrap();
    }
    tokio::time::sleep(SECOND).await;
    let report = writer.close(None).await;
    assert_eq!((report.stored, report.stats.callback_panics, report.stats.pending), (3, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_flush_while_the_writer_closes_ends_with_it() {
    let memory = Memory::new(|_, _| again(Progress::Unknown, None));
    let writer = writer(&memory, WriteOptions::new().batch_size(2));
    for number in 0..5 {
        writer.write(&line(number)).await.unwrap();
    }
    let close = writer.close(60 * SECOND);
    let flush = writer.flush(None);
    let report = tokio::time::timeout(61 * SECOND, flush).await.unwrap();
    assert_eq!((report.dropped, report.pending), (5, 0));
    assert_eq!(close.await.dropped, 5);
    assert!(writer.flush(None).await.is_stored(), "there is nothing to flush");
}

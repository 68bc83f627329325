//! Closing, dropping and losing the runtime: every record gets its verdict.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{OnceLock, Weak};
use std::time::Instant as WallClock;

use super::*;
use crate::write::Verdict;

fn slow() -> Arc<Memory> {
    Memory::new(|_, _| Answer { after: Duration::from_secs(10), outcome: Outcome::Stored })
}

/// Reasons, whether the lines may be stored, and how many there are.
type Lost = Arc<Mutex<Vec<(DropReason, bool, u64)>>>;

/// Collects what is dropped.
fn reasons(options: WriteOptions) -> (WriteOptions, Lost) {
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&dropped);
    let options = options.on_error(move |report, verdict| {
        let Verdict::Dropped(dropped) = verdict else { panic!("{verdict:?}") };
        heard.lock().unwrap().push((dropped.reason, dropped.possibly_stored, report.lines));
    });
    (options, dropped)
}

fn wait_for(condition: impl Fn() -> bool) {
    let began = WallClock::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(10), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[tokio::test(start_paused = true)]
async fn close_at_once_hands_everything_back() {
    let (options, dropped) = reasons(WriteOptions::new().batch_size(2));
    let memory = slow();
    let writer = writer(&memory, options);
    for number in 0..5 {
        writer.write(&line(number)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let report = writer.close(Duration::ZERO).await;
    assert_eq!((report.stored, report.dropped, report.stats.dropped_deadline), (0, 5, 5));
    assert_eq!((report.stats.pending, report.stats.bytes_reserved), (0, 0));
    let mut dropped = dropped.lock().unwrap().clone();
    dropped.sort_by_key(|(_, possibly, lines)| (!*possibly, *lines));
    let deadline = DropReason::ShutdownDeadline;
    // The first was on its way.
    assert_eq!(dropped, [(deadline, true, 2), (deadline, false, 1), (deadline, false, 2)]);
}

#[tokio::test(start_paused = true)]
async fn close_goes_on_trying_and_twice_is_once() {
    let memory = Memory::script([again(Progress::Postponed, None), again(Progress::Unknown, None)]);
    let writer = writer(&memory, WriteOptions::new());
    writer.write(&line(0)).await.unwrap();
    let (first, second) = (writer.close(None), writer.close(Duration::ZERO));
    drop(first);
    assert!(second.await.is_stored());
    assert_eq!(writer.write(&line(1)).await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(writer.try_write(&line(1)).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(writer.to("other").unwrap().try_write(&line(1)).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(
        writer
            .write_all([&*line(1)].map(|_| crate::Point::new("m").field("v", 1.0)))
            .await
            .unwrap_err()
            .admitted,
        0
    );
    let stats = writer.stats();
    assert_eq!((stats.offered, stats.refused_closed, stats.written), (5, 4, 1));
}

#[tokio::test(start_paused = true)]
async fn a_close_that_is_dropped_closes_all_the_same() {
    let memory = slow();
    let writer = writer(&memory, WriteOptions::new());
    writer.write(&line(0)).await.unwrap();
    drop(writer.close(None));
    drop(writer);
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(memory.stored(), [line(0)]);
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_hands_back_what_has_no_verdict() {
    let (options, dropped) = reasons(WriteOptions::new().batch_size(1));
    let memory = slow();
    let writer = writer(&memory, options);
    for number in 0..3 {
        writer.write(&line(number)).await.unwrap();
    }
    let receipt = writer.write_receipt(&line(3)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let other = writer.clone();
    drop(writer);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(dropped.lock().unwrap().is_empty(), "a handle is left");
    drop(other);
    let ack = receipt.acked().await;
    assert!(matches!(&ack.failed[..], [(0, Verdict::Dropped(_))]));
    // The lane stops at its next turn.
    tokio::task::yield_now().await;
    wait_for(|| dropped.lock().unwrap().len() == 4);
    assert!(dropped.lock().unwrap().iter().all(|(reason, _, _)| *reason == DropReason::WriterDropped));
    assert!(memory.stored().is_empty());
}

#[test]
fn a_runtime_that_ends_leaves_no_record_without_its_verdict() {
    let (options, dropped) = reasons(WriteOptions::new().batch_size(2));
    let memory = Memory::new(|_, _| Answer { after: Duration::from_secs(3600), outcome: Outcome::Stored });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let writer = runtime.block_on(async {
        let writer = writer(&memory, options);
        for number in 0..5 {
            writer.write(&line(number)).await.unwrap();
        }
        tokio::task::yield_now().await;
        writer
    });
    drop(runtime);
    assert_eq!(writer.try_write(&line(5)).unwrap_err().kind(), ErrorKind::Closed);
    let stats = writer.stats();
    assert_eq!((stats.written, stats.dropped_writer, stats.pending), (5, 5, 0));
    wait_for(|| dropped.lock().unwrap().iter().map(|(_, _, lines)| lines).sum::<u64>() == 5);
    let report = writer.close(None).wait().unwrap();
    assert_eq!(report.dropped, 5);
}

#[test]
fn without_a_runtime_everything_waits() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new());
    writer.write(&line(0)).wait().unwrap();
    let receipt = writer.write_receipt(&line(1)).wait().unwrap();
    assert!(writer.flush(None).wait().unwrap().is_stored());
    assert!(receipt.acked().wait().unwrap().is_stored());
    let points = (0..1000).map(|number| crate::Point::new("m").field("v", f64::from(number)));
    assert_eq!(writer.write_all(points).wait().unwrap(), 1000);
    assert_eq!(writer.close(None).wait().unwrap().stored, 1002);
}

#[tokio::test]
async fn waiting_inside_a_runtime_is_an_error_with_advice() {
    let writer = writer(&Memory::script([]), WriteOptions::new());
    assert_eq!(writer.flush(None).wait().unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(writer.close(None).wait().unwrap_err().kind(), ErrorKind::Config);
}

/// What is on its way never comes back; when it is left, another thread stops the writer once more, and this says
/// whether it could.
#[derive(Debug)]
struct Again {
    engine: Arc<OnceLock<Weak<Engine>>>,
    could: Arc<Mutex<Option<bool>>>,
}

impl Deliver for Again {
    fn send<'a>(&'a self, _: &'a Part, _: Attempt) -> Delivery<'a> {
        Box::pin(async move {
            let _left = Left(self);
            std::future::pending().await
        })
    }
}

struct Left<'a>(&'a Again);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        let engine = self.0.engine.get().and_then(Weak::upgrade).unwrap();
        let (done, is_done) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            engine.halt(DropReason::WriterDropped);
            drop(done);
        });
        *self.0.could.lock().unwrap() =
            Some(is_done.recv_timeout(Duration::from_secs(10)) == Err(RecvTimeoutError::Disconnected));
    }
}

#[tokio::test]
async fn what_is_on_its_way_is_left_without_holding_up_who_stops_the_writer_as_well() {
    let (engine, could) = (Arc::default(), Arc::default());
    let deliver = Arc::new(Again { engine: Arc::clone(&engine), could: Arc::clone(&could) });
    let writer =
        Writer::with_deliver(deliver, "b", EncodeOptions::new(), WriteOptions::new().batch_size(1)).unwrap();
    engine.set(Arc::downgrade(writer.engine())).unwrap();
    writer.write(&line(0)).await.unwrap();
    while writer.stats().in_flight == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let report = writer.close(Duration::ZERO).await;
    assert_eq!((report.dropped, *could.lock().unwrap()), (1, Some(true)), "{report:?}");
}

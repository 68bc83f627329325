//! Callbacks that are slow, that panic, and that write.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Wake;

use super::*;

/// Woken, it lets the callbacks run that were told by then, and counts them.
pub(super) struct Heard {
    engine: Arc<Engine>,
    count: Box<dyn Fn() -> usize + Send + Sync>,
    by_then: OnceLock<usize>,
}

impl Heard {
    /// Wakes with this whoever waits here.
    pub(super) fn begin(
        writer: &Writer,
        waits: Pin<&mut dyn Future<Output = ()>>,
        count: impl Fn() -> usize + Send + Sync + 'static,
    ) -> Arc<Self> {
        let engine = Arc::clone(writer.engine());
        let heard = Arc::new(Self { engine, count: Box::new(count), by_then: OnceLock::new() });
        let polled = waits.poll(&mut Context::from_waker(&Arc::clone(&heard).into()));
        assert!(polled.is_pending());
        heard
    }

    /// How many had run; none if nothing was woken.
    pub(super) fn by_then(&self) -> Option<usize> {
        self.by_then.get().copied()
    }
}

impl Wake for Heard {
    fn wake(self: Arc<Self>) {
        let ran = self.engine.caller.mark().unwrap();
        // Nothing is sent: it ends when the mark is reached.
        assert!(ran.recv_timeout(Duration::from_secs(60)).is_err());
        self.by_then.get_or_init(|| (self.count)());
    }
}

#[tokio::test(start_paused = true)]
async fn callbacks_are_told_before_who_waits_for_the_end() {
    let refused =
        Outcome::Condemned { lines: vec![(0, "bad".to_owned())], others: Others::Stored, reason: reason() };
    for outcome in [Outcome::Stored, refused, again(Progress::Unknown, None)] {
        for flushes in [true, false] {
            let told = Arc::new(AtomicU64::new(0));
            let [stored, failed] = [0; 2].map(|_| Arc::clone(&told));
            let options = WriteOptions::new().batch_size(1).max_retries(0);
            let options = options
                .on_success(move |_| assert_eq!(stored.fetch_add(1, Ordering::Relaxed), 0))
                .on_error(move |_, _| assert_eq!(failed.fetch_add(1, Ordering::Relaxed), 0));
            let writer = writer(&Memory::script([outcome.clone()]), options);
            let receipt = writer.write_receipt(&line(0)).await.unwrap();
            let (flush, acked) = (writer.flush(None), receipt.acked());
            let mut waits = std::pin::pin!(async move {
                match flushes {
                    true => drop(flush.await),
                    false => drop(acked.await),
                }
            });
            let heard = Heard::begin(&writer, waits.as_mut(), move || told.load(Ordering::Relaxed) as usize);
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(heard.by_then(), Some(1), "{outcome:?}, a flush: {flushes}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_panics_is_counted_and_the_next_is_called() {
    let seen = Arc::new(AtomicU64::new(0));
    let second_time = move |seen: &AtomicU64| {
        assert!(seen.fetch_add(1, Ordering::Relaxed) != 1, "on purpose");
    };
    let retried = again(Progress::Unknown, None);
    let refused = || Outcome::Condemned {
        lines: vec![(0, "bad".to_owned())],
        others: Others::Stored,
        reason: reason(),
    };
    let options = || WriteOptions::new().batch_size(1);
    let counters = [0; 3].map(|_| Arc::clone(&seen));
    let [stored, failed, retry] = counters;
    for (what, options, outcomes, verdicts) in [
        ("on_success", options().on_success(move |_| second_time(&stored)), vec![], (4, 0)),
        (
            "on_error",
            options().on_error(move |_, _| second_time(&failed)),
            vec![refused(), refused(), refused(), refused()],
            (0, 4),
        ),
        (
            "on_retry",
            options().on_retry(move |_, _, _| second_time(&retry)),
            vec![retried.clone(), retried.clone(), retried.clone(), retried],
            (4, 0),
        ),
    ] {
        seen.store(0, Ordering::Relaxed);
        let writer = writer(&Memory::script(outcomes), options);
        for number in 0..4 {
            writer.write(&line(number)).await.unwrap();
        }
        let report = writer.close(None).await;
        assert_eq!((report.stored, report.rejected), verdicts, "{what}");
        assert_eq!((report.stats.callback_panics, report.stats.is_balanced()), (1, true), "{what}");
        assert_eq!(seen.load(Ordering::Relaxed), 4, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_blocks_holds_up_the_lanes_and_no_memory() {
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let options = WriteOptions::new().batch_size(1).queue_bytes(1024 * 1024).on_success(move |_| {
        let _ = gate.lock().unwrap().recv();
    });
    let memory = Memory::script([]);
    let writer = writer(&memory, options);
    let producer = tokio::spawn({
        let writer = writer.clone();
        async move {
            for number in 0..1000 {
                writer.write(&line(number)).await.unwrap();
            }
        }
    });
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!producer.is_finished());
    // 128 steps of the callbacks' budget, and what the lane holds.
    assert_eq!(memory.requests().len(), 129);
    assert!(writer.stats().bytes_reserved <= 1024 * 1024);
    drop(go);
    producer.await.unwrap();
    assert_eq!(writer.close(None).await.stored, 1000);
}

#[tokio::test(start_paused = true)]
async fn each_verdict_comes_once_and_with_its_lines() {
    let condemned =
        Outcome::Condemned { lines: vec![(1, "bad".to_owned())], others: Others::Stored, reason: reason() };
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (stored, failed, retried) = (Arc::clone(&heard), Arc::clone(&heard), Arc::clone(&heard));
    let text = |data: &[u8]| String::from_utf8(data.to_vec()).unwrap();
    let options = WriteOptions::new()
        .on_success(move |report| stored.lock().unwrap().push(format!("stored {:?}", text(&report.data))))
        .on_error(move |report, _| failed.lock().unwrap().push(format!("failed {:?}", text(&report.data))))
        .on_retry(move |report, _, delay| {
            assert!((5..=10).contains(&delay.as_secs()));
            retried.lock().unwrap().push(format!("again {}", report.lines));
        });
    let writer = writer(&Memory::script([again(Progress::Unknown, None), condemned]), options);
    for number in 0..3 {
        writer.write(&line(number)).await.unwrap();
    }
    let _ = writer.close(None).await;
    let mut heard = heard.lock().unwrap().clone();
    heard.sort();
    assert_eq!(heard, ["again 3", "failed \"m v=1 1\\n\"", "stored \"m v=0 1\\nm v=2 1\\n\""]);
}

//! Each future is polled so many times and then dropped: nothing is lost, and nothing is counted twice.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use influx_core::write::{Deliver, Writer};
use influx_core::{Destination, EncodeOptions, Point, WriteOptions};

use super::server::{Ends, Fault, Name, Server, check, noted, text};

struct Watched {
    server: Arc<Server>,
    writer: Writer,
    ends: Ends,
}

/// A writer with room for two batches of one record.
fn watched() -> Watched {
    let server = Arc::new(Server::default());
    let options = WriteOptions::new().batch_size(1).queue_bytes(2 * 64 * 1024);
    let ends = Ends::default();
    let options = noted(options.retry_interval(Duration::from_millis(20)), &ends);
    let deliver = Arc::clone(&server) as Arc<dyn Deliver>;
    let writer =
        Writer::with_deliver(deliver, Destination::bucket("0"), EncodeOptions::new(), options).unwrap();
    Watched { server, writer, ends }
}

/// Polls a future up to so many times, and drops it. Says what came of it.
async fn poll_and_drop<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        let poll = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(output) = poll {
            return Some(output);
        }
        // Time goes on between two polls, so that each await of the future is reached.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    None
}

impl Watched {
    async fn finish(self, written: &[Name]) {
        let report = self.writer.close(None).await;
        let stats = &report.stats;
        assert!(stats.is_balanced(), "{stats:?}");
        assert_eq!((stats.written, stats.pending), (written.len() as u64, 0), "{stats:?}");
        assert_eq!(stats.bytes_reserved, 0);
        check(written, &self.ends.lock().unwrap(), &self.server.table());
    }
}

/// Numbers that no bad record has.
fn names(count: u32) -> impl Iterator<Item = Name> {
    (0..count).map(|number| (0, number * 7))
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_dropped_is_taken_or_withdrawn() {
    let mut withdrawn = 0;
    for times in 0..40 {
        let watched = watched();
        watched.server.meet(&[Fault::AnswerLost, Fault::Postponed(0)]);
        let mut written = Vec::new();
        for name in names(6) {
            let admitted = watched.writer.stats().written;
            // every second one with a receipt
            let ready = match name.1 % 2 {
                0 => poll_and_drop(watched.writer.write(&text(name)), times).await.is_some(),
                _ => poll_and_drop(watched.writer.write_receipt(&text(name)), times).await.is_some(),
            };
            let taken = watched.writer.stats().written > admitted;
            assert!(taken || !ready);
            match taken {
                true => written.push(name),
                false => withdrawn += 1,
            }
        }
        let stats = watched.writer.stats();
        assert_eq!((stats.offered, stats.refused_cancelled), (6, 6 - written.len() as u64));
        watched.finish(&written).await;
    }
    assert!(withdrawn > 0, "no write had to wait");
}

#[tokio::test(start_paused = true)]
async fn write_all_that_is_dropped_has_taken_a_beginning() {
    let points = || {
        names(3_000).map(|(_, number)| {
            let point = Point::new("m").tag("d", "0").field("bad", false).field("n", i64::from(number));
            point.time(influx_core::Nanos(1))
        })
    };
    for times in (0..40).step_by(3) {
        let watched = watched();
        let taken = poll_and_drop(watched.writer.write_all(points()), times).await;
        let written = watched.writer.stats().written;
        if let Some(Ok(taken)) = taken {
            assert_eq!(taken, written);
        }
        let written: Vec<_> = names(u32::try_from(written).unwrap()).collect();
        watched.finish(&written).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_flush_a_receipt_and_a_close_hold_no_data() {
    for times in 0..60 {
        let watched = watched();
        watched.server.meet(&[Fault::RequestLost, Fault::Blocked, Fault::Unreachable]);
        let written: Vec<_> = names(2).collect();
        watched.writer.write(&text(written[0])).await.unwrap();
        let receipt = watched.writer.write_receipt(&text(written[1])).await.unwrap();
        let _ = poll_and_drop(watched.writer.flush(Duration::from_secs(1)), times).await;
        let _ = poll_and_drop(receipt.acked(), times).await;
        let _ = poll_and_drop(watched.writer.close(None), times).await;
        assert!(receipt.acked().await.is_stored());
        watched.finish(&written).await;
    }
}

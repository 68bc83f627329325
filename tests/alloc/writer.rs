//! What a writer asks for: nothing for a record, little for a batch.

use std::sync::Arc;
use std::time::Duration;

use influx_core::write::{Attempt, Deliver, Delivery, Outcome, Part};
use influx_core::{Destination, EncodeOptions, WriteOptions, Writer};

use crate::{CALLS, HELD, PEAK, cpu};

/// Takes everything, in memory.
#[derive(Debug)]
struct Accepting;

impl Deliver for Accepting {
    fn send<'a>(&'a self, _: &'a Part, _: Attempt) -> Delivery<'a> {
        Box::pin(async { Outcome::Stored })
    }
}

const RECORDS: u64 = 10_000;

/// How often writing a round of records asks for memory once the writer is warm. It has a runtime of this thread, so
/// that what its lanes ask for is counted, too.
#[expect(clippy::unwrap_used, reason = "test helper")]
fn calls_when_warm(options: WriteOptions) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bucket = Destination::bucket("b");
        let writer =
            Writer::with_deliver(Arc::new(Accepting), bucket, EncodeOptions::new(), options).unwrap();
        let record = cpu("web 1", "say \"hi\"");
        let mut asked = 0;
        for _ in 0..4 {
            writer.write(&record).await.unwrap(); // opens a batch, and starts the lane that waits for it
            let before = CALLS.get();
            for number in 1..RECORDS {
                writer.write(&record).await.unwrap();
                if number % 1_000 == 0 {
                    tokio::task::yield_now().await; // it is the lanes' turn
                }
            }
            asked = CALLS.get() - before;
            let report = writer.flush(Some(Duration::from_secs(10))).await;
            assert_eq!(report.pending, 0);
        }
        assert_eq!(writer.stats().stored, 4 * RECORDS);
        asked
    })
}

/// One batch takes a whole round, and is sealed by the flush behind it.
#[test]
fn a_record_into_an_open_batch_asks_for_nothing() {
    let options = WriteOptions::new()
        .batch_size(2 * RECORDS as usize)
        .batch_bytes(16 * 1024 * 1024)
        .flush_interval(Duration::from_secs(3_600));
    assert_eq!(calls_when_warm(options), 0);
}

#[test]
fn batches_ask_for_little() {
    let asked = calls_when_warm(WriteOptions::new());
    assert!(asked > 0, "lanes run on this thread, and a delivery is a box");
    assert!(asked < RECORDS / 50, "{asked} for {RECORDS} records in batches of 1,000");
}

const QUEUE: usize = 8 * 1024 * 1024;

/// Rows for so many destinations in turn, all of whose batches wait for more: the most bytes that were held at once,
/// the writer's books with them.
#[expect(clippy::unwrap_used, reason = "test helper")]
fn held_for(destinations: u64) -> i64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let before = HELD.get();
        PEAK.set(before);
        let options = WriteOptions::new().queue_bytes(QUEUE).flush_interval(Duration::from_secs(3_600));
        let bucket = Destination::bucket("b");
        let writer =
            Writer::with_deliver(Arc::new(Accepting), bucket, EncodeOptions::new(), options).unwrap();
        let record = cpu("web 1", "say \"hi\"");
        for _ in 0..2 {
            for number in 0..destinations {
                writer.to(format!("b{number}")).unwrap().write(&record).await.unwrap();
            }
        }
        let report = writer.close(Some(Duration::from_secs(60))).await;
        assert_eq!((report.stored, report.dropped), (2 * destinations, 0));
        PEAK.get() - before
    })
}

/// A batch's first piece of memory is 64 KiB: were all of them open, they would hold 640 MB.
#[test]
fn ten_thousand_destinations_hold_the_queue_and_two_kilobytes_each() {
    const DESTINATIONS: u64 = 10_000;
    let held = held_for(DESTINATIONS);
    assert!(held < QUEUE as i64 + 2_048 * DESTINATIONS as i64, "{held} bytes");
}

//! What a writer asks for: nothing for a record, little for a batch.

use std::sync::Arc;
use std::time::Duration;

use influx_core::write::{Attempt, Deliver, Delivery, Outcome, Part};
use influx_core::{Destination, EncodeOptions, WriteOptions, Writer};

use crate::{CALLS, cpu};

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

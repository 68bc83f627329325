//! The spool ends while a batch is given back of which some lines have their verdict.

use std::sync::OnceLock;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::*;

/// Ends the spool as soon as a line is rejected.
#[derive(Default)]
struct Ends(OnceLock<Arc<Engine>>);

impl Recorder for Ends {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.labels().any(|label| label.value() == "rejected") {
            spooling::end_now(self.0.get().unwrap());
        }
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn each_line_of_a_batch_that_is_given_back_while_the_spool_ends_has_one_end() {
    for broken in [true, false] {
        let recorder = Ends::default();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            runtime.block_on(async {
                let rig = Rig { server: ends::refuses_one(), ..Rig::new() };
                if broken {
                    rig.disk.fail(Call::Write, 0..u64::MAX, Fault::Broken);
                }
                let writer = rig.open(settings(), WriteOptions::new().batch_size(4));
                let engine = Arc::clone(writer.engine());
                recorder.0.set(Arc::clone(&engine)).unwrap();
                // There is no room to tell that one is rejected: that waits in the batch.
                let room = engine.caller.room_for(usize::MAX).await;
                let text = (0..4).map(line).collect::<Vec<_>>().join("\n");
                let receipt = writer.write_receipt(&text).await.unwrap();
                // On paused time the answer comes before this ends.
                tokio::time::sleep(Duration::from_secs(1)).await;
                engine.abandon(DropReason::WriterDropped);
                let end = tokio::time::timeout(PATIENCE, receipt.acked()).await.unwrap();
                drop(room);
                let (failed, pending) = if broken { (4, 0) } else { (1, 3) };
                assert_eq!((end.failed.len(), end.pending), (failed, pending), "{end:?}");
                let stats = writer.stats();
                all_balanced(&stats);
                assert_eq!((stats.rejected, stats.pending), (1, pending), "{stats:?}");
            });
        });
    }
}

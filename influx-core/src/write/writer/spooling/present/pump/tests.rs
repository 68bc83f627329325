//! The pump while the writer ends.

use std::time::{Duration, Instant};

use super::super::end;
use super::*;
use crate::EncodeOptions;
use crate::write::spool::{Call, Fault, Log, MemoryDisk};
use crate::write::writer::Writer;
use crate::write::writer::tests::{Memory, again, line};
use crate::write::{Progress, SpoolOptions, WriteOptions};

#[tokio::test]
async fn a_batch_that_is_lent_while_the_writer_ends_is_given_up() {
    for reason in [DropReason::ShutdownDeadline, DropReason::WriterDropped] {
        let settings = SpoolOptions::new("in memory");
        let disk = MemoryDisk::new();
        let log = Log::open(Arc::new(disk.clone()), settings.max_bytes).unwrap();
        disk.fail(Call::Write, 0..u64::MAX, Fault::Broken);
        // Half of it is in use after four batches, and what follows is not in the queue.
        let options = WriteOptions::new().batch_size(1).queue_bytes(8 * 64 * 1024).spool(settings.clone());
        let spooling = Spooling::new(log, &settings, options.queue_bytes).unwrap();
        let server = Memory::new(|_, _| again(Progress::Unreachable, None));
        let writer = Writer::over(server, "b".into(), EncodeOptions::new(), options, Some(spooling)).unwrap();
        let mut receipts = Vec::new();
        for number in 0..6 {
            receipts.push(writer.write_receipt(&line(number)).await.unwrap());
        }
        let engine = writer.engine();
        let spool = engine.spool.as_ref().unwrap();
        let position = spool.store.pump_from();
        let began = Instant::now();
        // No task runs meanwhile: the pump of the writer itself has nothing yet.
        let lent = loop {
            assert!(began.elapsed() < Duration::from_secs(60), "it never failed");
            if let Ahead::Lent(lent) = spool.store.ahead(position, true) {
                break lent;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        engine.abandon(reason);
        assert!(!Way { engine, spool, position }.lend(lent), "it goes on");
        end(engine).await;
        let stats = writer.stats();
        assert_eq!((stats.dropped, stats.pending), (receipts.len() as u64, 0), "{stats:?}");
        for receipt in receipts {
            assert_eq!(receipt.try_acked().unwrap().failed.len(), 1);
        }
    }
}

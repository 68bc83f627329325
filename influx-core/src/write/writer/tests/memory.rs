//! A full queue: waiting, refusing, dropping; and very many destinations.

use super::*;
use crate::write::Overflow;

/// Room for one batch, which a server that never answers keeps.
fn full(overflow: Overflow) -> (Arc<Memory>, Writer) {
    let memory = Memory::new(|_, _| Answer { after: Duration::from_secs(100), outcome: Outcome::Stored });
    let options =
        WriteOptions::new().batch_size(1).queue_bytes(3 * 64 * 1024).overflow(overflow).max_retries(0);
    let writer = writer(&memory, options);
    (memory, writer)
}

#[tokio::test(start_paused = true)]
async fn writes_wait_for_room_in_their_order() {
    let (memory, writer) = full(Overflow::Wait);
    for number in 0..3 {
        writer.write(&line(number)).await.unwrap();
    }
    let mut waiting = [3, 4].map(|number| writer.write(&line(number)));
    assert_eq!(writer.try_write(&line(5)).unwrap_err().kind(), ErrorKind::Full);
    let dropped = writer.write(&line(6));
    let pending = tokio::time::timeout(Duration::from_secs(1), &mut waiting[0]).await;
    assert!(pending.is_err());
    drop(dropped);
    for write in waiting {
        write.await.unwrap();
    }
    assert_eq!(writer.close(Duration::from_secs(3600)).await.stored, 5);
    assert_eq!(memory.stored(), [0, 1, 2, 3, 4].map(line));
    let stats = writer.stats();
    assert_eq!((stats.refused_full, stats.refused_cancelled, stats.offered), (1, 1, 7));
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_may_refuse() {
    let (_, writer) = full(Overflow::Reject);
    for number in 0..3 {
        writer.write(&line(number)).await.unwrap();
    }
    let error = writer.write(&line(3)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full);
    assert!(error.is_retryable());
    let stats = writer.stats();
    assert_eq!((stats.refused_full, stats.written, stats.pending), (1, 3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_may_drop_the_oldest_that_is_not_on_its_way() {
    let (memory, writer) = full(Overflow::DropOldest);
    writer.write(&line(0)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    for number in 1..6 {
        writer.write(&line(number)).await.unwrap();
    }
    let report = writer.close(Duration::from_secs(3600)).await;
    assert_eq!((report.stored, report.stats.dropped_overflow), (3, 3));
    assert_eq!(memory.stored(), [0, 4, 5].map(line));
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_may_drop_the_newest() {
    let (memory, writer) = full(Overflow::DropNewest);
    for number in 0..4 {
        writer.write(&line(number)).await.unwrap();
    }
    let receipt = writer.write_receipt(&line(4)).await.unwrap();
    assert!(!receipt.acked().await.is_stored());
    let report = writer.close(Duration::from_secs(3600)).await;
    assert_eq!((report.stored, report.stats.dropped_overflow), (3, 2));
    assert_eq!(memory.stored(), [0, 1, 2].map(line));
}

#[tokio::test(start_paused = true)]
async fn what_no_queue_can_hold_is_refused_at_once() {
    let (_, writer) = full(Overflow::Wait);
    let huge = vec![line(0); 50_000].join("\n");
    let error = writer.write(&huge).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("write_all"), "{error}");
    assert_eq!(writer.stats().refused_invalid, 50_000);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_not_full_is_sent_when_others_wait_for_its_memory() {
    let memory = Memory::script([]);
    let options = WriteOptions::new().queue_bytes(64 * 1024).flush_interval(Duration::from_secs(3600));
    let writer = writer(&memory, options.batch_size(100_000));
    let other = writer.to("other").unwrap();
    for number in 0..10 {
        tokio::time::timeout(Duration::from_secs(60), async {
            writer.write(&line(number)).await.unwrap();
            other.write(&line(number)).await.unwrap();
        })
        .await
        .unwrap();
    }
    assert_eq!(writer.close(None).await.stored, 20);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_destinations_have_few_open_batches() {
    let memory = Memory::script([]);
    let options = WriteOptions::new().flush_interval(Duration::from_secs(60));
    let writer = writer(&memory, options);
    let limit = 64 * 1024 * 1024;
    for number in 0..10_000 {
        let other = writer.to(format!("b{number}")).unwrap();
        other.write(&line(number)).await.unwrap();
        if number % 500 == 0 {
            let stats = writer.stats();
            assert!(stats.queued <= 256, "{} batches are open", stats.queued);
            assert!(stats.bytes_reserved <= limit);
        }
    }
    assert_eq!(writer.close(None).await.stored, 10_000);
}

#[tokio::test(start_paused = true)]
async fn many_lines_at_once_are_cut_into_full_batches() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new().batch_size(4));
    writer.write(&line(0)).await.unwrap();
    let rest: Vec<_> = (1..10).map(line).collect();
    let receipt = writer.write_receipt(&rest.join("\n")).await.unwrap();
    assert_eq!(receipt.records(), 9);
    assert!(writer.flush(None).await.is_stored());
    assert_eq!(receipt.acked().await.stored, 9);
    let sizes: Vec<_> = memory.requests().iter().map(|request| request.split('|').count()).collect();
    assert_eq!(sizes, [4, 4, 2]);
}

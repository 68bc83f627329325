//! Batches by size, age and flush; receipts; closing.

use super::*;

#[tokio::test(start_paused = true)]
async fn batches_are_cut_by_records_and_by_age() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new().batch_size(3));
    for number in 0..7 {
        writer.write(&line(number)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(memory.requests(), ["m v=0 1|m v=1 1|m v=2 1", "m v=3 1|m v=4 1|m v=5 1"]);
    assert_eq!(writer.stats().queued, 1);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(memory.requests().len(), 3);
    let stats = writer.stats();
    assert_eq!((stats.stored, stats.pending, stats.bytes_reserved), (7, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn flush_says_what_became_of_what_was_written_before() {
    let condemned =
        Outcome::Condemned { lines: vec![(1, "no".to_owned())], others: Others::Stored, reason: reason() };
    let memory = Memory::script([condemned]);
    let writer = writer(&memory, WriteOptions::new());
    let receipt = writer.write_receipt(&[line(0), line(1)][..].join("\n")).await.unwrap();
    writer.write(&line(2)).await.unwrap();
    let report = writer.flush(None).await;
    assert_eq!((report.stored, report.rejected, report.pending), (2, 1, 0));
    let ack = receipt.acked().await;
    assert_eq!(ack.stored, 1);
    assert!(matches!(&ack.failed[..], [(1, super::super::super::Verdict::Rejected(_))]));
    assert_eq!(memory.stored(), [line(0), line(2)]);
}

#[tokio::test(start_paused = true)]
async fn close_sends_the_rest_and_takes_no_more() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new());
    writer.write(&line(0)).await.unwrap();
    let report = writer.close(None).await;
    assert!(report.is_stored());
    assert_eq!(report.stored, 1);
    let error = writer.write(&line(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    let stats = writer.stats();
    assert_eq!((stats.offered, stats.refused_closed, stats.bytes_reserved), (2, 1, 0));
    assert!(stats.is_balanced());
}

//! Iterators, streams and sinks of records.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_sink::Sink;

use super::*;
use crate::Point;
use crate::write::Overflow;

fn points(count: usize) -> impl Iterator<Item = Point> {
    (0..count).map(|number| Point::new("m").field("v", number as i64).time(crate::Nanos(1)))
}

struct Iter<I>(I);

impl<I: Iterator + Unpin> Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

#[tokio::test(start_paused = true)]
async fn an_iterator_is_taken_in_pieces_and_in_its_order() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new().queue_bytes(256 * 1024));
    assert_eq!(writer.write_all(points(20_000)).await.unwrap(), 20_000);
    assert_eq!(writer.close(None).await.stored, 20_000);
    let expected: Vec<_> = (0..20_000).map(|number| format!("m v={number}i 1")).collect();
    assert_eq!(memory.stored(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_how_many_were_taken() {
    let memory = Memory::script([]);
    let writer = writer(&memory, WriteOptions::new());
    let bad = std::iter::once(Point::new("").field("v", 1.0));
    let error = writer.write_all(points(1_000).chain(bad).chain(points(5))).await.unwrap_err();
    assert_eq!((error.admitted, error.error.record()), (1_000, Some(1_000)));
    let stats = writer.stats();
    assert_eq!((stats.written, stats.refused_invalid), (1_000, 1));

    let memory = Memory::new(|_, _| Answer { after: Duration::from_secs(99), outcome: Outcome::Stored });
    let options = WriteOptions::new().queue_bytes(64 * 1024).overflow(Overflow::Reject);
    let writer = super::writer(&memory, options);
    let error = writer.write_all(points(20_000)).await.unwrap_err();
    assert_eq!(error.error.kind(), ErrorKind::Full);
    assert_eq!(writer.close(None).await.stored, error.admitted);
}

/// Lines as a writer of the defaults encodes them.
fn ready(writer: &Writer, count: usize) -> LineBuffer {
    let mut lines = writer.line_buffer();
    points(count).for_each(|point| lines.push(&point).unwrap());
    lines
}

#[tokio::test(start_paused = true)]
async fn ready_lines_may_be_more_than_the_queue_and_have_one_receipt() {
    let reject = |part: &Part, _| {
        let bad = |index: &usize| part.line(*index).unwrap().contains("7777i");
        let lines: Vec<_> = (0..part.lines()).filter(bad).map(|index| (index, "no".to_owned())).collect();
        match lines.is_empty() {
            true => Outcome::Stored,
            false => Outcome::Condemned { lines, others: Others::Stored, reason: reason() },
        }
    };
    let memory = Memory::new(reject);
    let writer = writer(&memory, WriteOptions::new().batch_size(3_000).queue_bytes(256 * 1024));
    let mut lines = ready(&writer, 20_000);
    lines.push(&Point::new("m").field("v", f64::NAN).field("w", 20_000).time(crate::Nanos(1))).unwrap();
    assert_eq!(writer.append(&lines).await.unwrap_err().kind(), ErrorKind::Config, "it fits not at once");

    let mut receipt = Receipt::default();
    writer.__write_lines(&lines, 2, &mut receipt).await.unwrap();
    assert_eq!((receipt.records(), receipt.try_acked().is_none()), (20_001, true));
    let batches = receipt.batches();
    assert!((7..15).contains(&batches), "one piece a batch: {batches}");
    let end = receipt.acked().await;
    assert_eq!(end.failed.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [7_777, 17_777]);
    assert_eq!(receipt.try_acked().map(|end| end.stored), Some(19_999));

    let expected: Vec<_> = lines.iter().filter(|line| !line.contains("7777i")).collect();
    assert_eq!(memory.stored(), expected);
    let stats = writer.close(None).await.stats;
    assert_eq!((stats.written, stats.rejected, stats.fields_skipped), (20_001, 2, 1));
    assert_eq!(stats.refused_invalid, 20_001 + 2, "those that did not fit, and those that were not encoded");
}

#[tokio::test(start_paused = true)]
async fn a_receipt_has_what_was_taken_of_ready_lines_before_a_failure() {
    let memory = Memory::new(|_, _| Answer { after: Duration::from_secs(99), outcome: Outcome::Stored });
    let options = WriteOptions::new().queue_bytes(128 * 1024).overflow(Overflow::Reject);
    let writer = writer(&memory, options);
    let lines = ready(&writer, 20_000);
    let mut receipt = Receipt::default();
    let error = writer.__write_lines(&lines, 0, &mut receipt).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full);
    let stats = writer.stats();
    assert!(stats.written > 0 && stats.written < 20_000, "{stats:?}");
    assert_eq!(receipt.records(), stats.written);
    assert_eq!(receipt.acked().await.stored, stats.written);
    writer.close(None).await;
    let error = writer.__write_lines(&lines, 0, &mut receipt).await.unwrap_err();
    assert_eq!((error.kind(), receipt.records()), (ErrorKind::Closed, stats.written));
}

#[tokio::test(start_paused = true)]
async fn a_stream_and_a_sink_write_all_they_get() {
    let memory = Memory::new(|_, _| Answer { after: Duration::from_secs(1), outcome: Outcome::Stored });
    let writer = writer(&memory, WriteOptions::new().batch_size(10).queue_bytes(64 * 1024));
    assert_eq!(writer.write_stream(Iter(points(100))).await.unwrap(), 100);
    let mut sink = writer.sink::<Point>();
    for point in points(100) {
        poll_fn(|context| Pin::new(&mut sink).poll_ready(context)).await.unwrap();
        Pin::new(&mut sink).start_send(point).unwrap();
    }
    poll_fn(|context| Sink::<Point>::poll_close(Pin::new(&mut sink), context)).await.unwrap();
    assert_eq!(memory.stored().len(), 200);
    let error = Pin::new(&mut sink).start_send(Point::new("")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
}

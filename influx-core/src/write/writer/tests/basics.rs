//! Batches by size, age and flush; receipts; closing.

use super::*;
use crate::line::{Nanos, Point};

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

#[tokio::test(start_paused = true)]
async fn a_record_without_a_time_is_the_same_line_each_time_it_is_sent() {
    let deliver = Memory::script([again(Progress::Unknown, None), again(Progress::Unknown, None)]);
    let writer = writer(&deliver, WriteOptions::throughput().default_tag("site", "b"));
    writer.write("m v=1").await.unwrap();
    let mut ready = LineBuffer::new();
    ready.push_raw("m,site=a v=2").unwrap();
    writer.append(&ready).await.unwrap();
    assert!(writer.flush(None).await.is_stored());
    let requests = deliver.requests();
    assert_eq!((requests.len(), &requests[0], &requests[1]), (3, &requests[1], &requests[2]));
    let (first, second) = requests[0].split_once('|').unwrap();
    for (line, start) in [(first, "m,site=b v=1 "), (second, "m,site=a v=2 ")] {
        let time: i64 = line.strip_prefix(start).unwrap().parse().unwrap();
        assert!(time > 1_700_000_000_000_000_000, "{line}");
    }
}

#[tokio::test]
async fn the_server_stamps_what_the_writer_does_not() {
    let deliver = Memory::script([]);
    let writer = writer(&deliver, WriteOptions::default().stamp(false));
    writer.write("m v=1").await.unwrap();
    assert!(writer.flush(None).await.is_stored());
    assert_eq!(deliver.requests(), ["m v=1"]);
}

#[tokio::test]
async fn a_default_tag_that_cannot_be_written_makes_no_writer() {
    let options = WriteOptions::default().default_tag("time", "x");
    let made = Writer::with_deliver(Memory::script([]), "b", EncodeOptions::new(), options);
    let message = made.unwrap_err().to_string();
    assert!(message.contains("default tag \"time\""), "{message}");
}

#[tokio::test(start_paused = true)]
async fn tags_and_times_are_those_of_the_writer_wherever_lines_come_from_and_go_to() {
    let deliver = Memory::script([]);
    let client = EncodeOptions::new().default_tag("site", "client").unwrap().default_tag("x", "y").unwrap();
    let options = WriteOptions::new().default_tag("site", "own").default_tag("x", "");
    let sink = Arc::clone(&deliver) as Arc<dyn Deliver>;
    let first = Writer::with_deliver(sink, "b", client, options).unwrap();
    let seconds = first.to(Destination::bucket("s").precision(Precision::Seconds)).unwrap();
    let point = Point::new("m").field("v", 1_i64);
    for (writer, now) in [(&first, 1_700_000_000_000_000_000), (&seconds, 1_700_000_000)] {
        let precision = writer.destination().precision.unwrap_or_default();
        let mut ready = LineBuffer::with_options(EncodeOptions::new().precision(precision));
        ready.push_raw("m v=1i").unwrap();
        ready.push_raw("m,site=mine v=1i 5").unwrap();
        let before = ready.as_bytes().to_vec();
        writer.write(&point).await.unwrap();
        writer.write("m v=1i").await.unwrap();
        writer.try_write(&point).unwrap();
        writer.write_all([&point]).await.unwrap();
        writer.append(&ready).await.unwrap();
        let receipt = writer.write_receipt(&ready).await.unwrap();
        assert!(writer.flush(None).await.is_stored() && receipt.acked().await.is_stored());
        assert_eq!(ready.as_bytes(), before, "the caller's lines were changed");
        let stored = std::mem::take(&mut *deliver.stored.lock().unwrap());
        assert_eq!(stored.len(), 8);
        for line in stored {
            match line.strip_prefix("m,site=own v=1i ") {
                Some(time) => assert!((now..now * 2).contains(&time.parse::<i64>().unwrap()), "{line}"),
                None => assert_eq!(line, "m,site=mine v=1i 5"),
            }
        }
    }
    let mut nanos = LineBuffer::new();
    nanos.push_raw("m v=1i 5").unwrap();
    let error = seconds.append(&nanos).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(seconds.destination_stats().refused_invalid, 1);
}

#[tokio::test(start_paused = true)]
async fn a_writer_that_does_not_stamp_changes_no_ready_line() {
    let deliver = Memory::script([]);
    let sink = Arc::clone(&deliver) as Arc<dyn Deliver>;
    let stamping = EncodeOptions::new().stamp(true);
    let writer = Writer::with_deliver(sink, "b", stamping, WriteOptions::new().stamp(false)).unwrap();
    let mut ready = LineBuffer::new();
    ready.push_raw("m v=1").unwrap();
    for writer in [&writer, &writer.to("c").unwrap()] {
        writer.append(&ready).await.unwrap();
        writer.write("m v=2").await.unwrap();
    }
    let _ = writer.close(None).await;
    let mut requests = deliver.requests();
    requests.sort();
    assert_eq!(requests, ["m v=1|m v=2", "m v=1|m v=2"]);
}

#[tokio::test]
async fn fields_that_have_no_text_are_counted() {
    let deliver = Memory::script([]);
    let writer = writer(&deliver, WriteOptions::default());
    let other = writer.to("other").unwrap();
    let point = |value: f64| Point::new("m").field("v", value).field("n", 1).time(Nanos(1));
    writer.write(&point(f64::NAN)).await.unwrap();
    writer.write_all([point(f64::INFINITY), point(0.5)]).await.unwrap();
    other.write(&point(f64::NAN)).await.unwrap();
    assert!(writer.flush(None).await.is_stored());
    let counts = [writer.stats(), writer.destination_stats(), other.destination_stats()];
    assert_eq!(counts.map(|stats| stats.fields_skipped), [3, 2, 1]);
}

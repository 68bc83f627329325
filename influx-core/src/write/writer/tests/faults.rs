//! Servers that cannot be reached, that postpone, that refuse everything, and that choke on one batch.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::Instant;

use super::*;
use crate::write::Verdict;

const SECOND: Duration = Duration::from_secs(1);

/// Writes so many records, in batches of ten.
async fn fill(writer: &Writer, records: usize) {
    for number in 0..records {
        writer.write(&line(number)).await.unwrap();
    }
}

fn tens(options: WriteOptions) -> WriteOptions {
    options.batch_size(10).max_age(Duration::from_secs(24 * 3600))
}

#[tokio::test(start_paused = true)]
async fn one_batch_at_a_time_asks_whether_a_server_is_back() {
    let began = Instant::now();
    let (running, together) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let most = Arc::clone(&together);
    let memory = Memory::new(move |_, _| {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        let now = running.fetch_add(1, Ordering::Relaxed) + 1;
        if began.elapsed() > SECOND {
            most.fetch_max(now, Ordering::Relaxed);
        }
        tokio::spawn(async move {
            tokio::time::sleep(SECOND / 2).await;
            running.fetch_sub(1, Ordering::Relaxed);
        });
        let down = began.elapsed() < 120 * SECOND;
        let outcome = if down { again(Progress::Unreachable, None) } else { Outcome::Stored };
        Answer { after: SECOND / 2, outcome }
    });
    let writer = writer(&memory, tens(WriteOptions::throughput()));
    let other = writer.to("other").unwrap();
    fill(&writer, 300).await;
    fill(&other, 300).await;
    tokio::time::sleep(119 * SECOND).await;
    assert_eq!(together.load(Ordering::Relaxed), 1, "more than one probe");
    let before = memory.requests().len();
    assert!(before < 100, "{before} requests while the server was down");
    let report = writer.close(None).await;
    assert_eq!((report.stored, report.dropped), (600, 0));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_when_is_obeyed_up_to_ten_minutes() {
    let waits = [2.0, 0.0, 1e9, 0.5].map(Duration::from_secs_f64);
    let memory = Memory::script(waits.map(|wait| again(Progress::Postponed, Some(wait))));
    let options = tens(WriteOptions::throughput()).retry_interval(Duration::from_millis(1));
    let writer = writer(&memory, options.batch_size(1));
    writer.write(&line(0)).await.unwrap();
    assert!(writer.close(Duration::from_secs(3600)).await.is_stored());
    let gaps = memory.gaps();
    let bounds = [(2.0, 2.21), (0.0, 0.1), (600.0, 660.1), (0.5, 0.56)];
    for (gap, (low, high)) in gaps.iter().map(Duration::as_secs_f64).zip(bounds) {
        assert!((low..high).contains(&gap), "{gaps:?}");
    }
    assert_eq!(gaps.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_flapping_server_costs_few_requests_and_no_record() {
    let began = Instant::now();
    let memory = Memory::new(move |_, _| {
        let down = began.elapsed().as_secs() % 4 >= 2;
        let outcome = if down { again(Progress::Postponed, None) } else { Outcome::Stored };
        Answer { after: Duration::from_millis(50), outcome }
    });
    let writer = writer(&memory, tens(WriteOptions::throughput()));
    fill(&writer, 10_000).await;
    assert!(writer.close(Duration::from_secs(600)).await.is_stored());
    let requests = memory.requests().len();
    assert!((1_000..=1_300).contains(&requests), "{requests} requests for 1000 batches");
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_throttling_loses_nothing_and_takes_no_memory() {
    const QUEUE: u64 = 1024 * 1024;
    let began = Instant::now();
    let memory = Memory::new(move |_, _| {
        let throttled = began.elapsed() < 3600 * SECOND;
        if throttled { again(Progress::Postponed, Some(10 * SECOND)) } else { Outcome::Stored }
    });
    let options = tens(WriteOptions::throughput()).batch_size(1_000).queue_bytes(QUEUE as usize);
    let writer = writer(&memory, options);
    let producer = tokio::spawn({
        let writer = writer.clone();
        async move { fill(&writer, 100_000).await }
    });
    for _ in 0..360 {
        tokio::time::sleep(10 * SECOND).await;
        assert!(writer.stats().bytes_reserved <= QUEUE);
    }
    assert!(!producer.is_finished(), "the producer was not held up");
    let requests = memory.requests().len();
    assert!(requests < 400, "{requests} requests in an hour, though the server asks for one in ten seconds");
    producer.await.unwrap();
    let report = writer.close(None).await;
    assert_eq!((report.stored, report.dropped), (100_000, 0));
}

#[tokio::test(start_paused = true)]
async fn a_blocked_destination_keeps_its_records_until_they_are_too_old() {
    let memory =
        Memory::new(|part, _| if part.destination().name() == "b" { blocked() } else { Outcome::Stored });
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let options = WriteOptions::new().batch_size(10).on_retry(move |_, _, _| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let writer = writer(&memory, options);
    fill(&writer, 100).await;
    let report = writer.flush(None).await;
    assert_eq!(report.pending, 100);
    assert_eq!(report.blocked.unwrap().destination.name(), "b");
    assert_eq!(writer.stats().blocked + writer.stats().batched, 100);
    let other = writer.to("c").unwrap();
    other.write(&line(1)).await.unwrap();
    tokio::time::sleep(595 * SECOND).await;
    assert_eq!(other.destination_stats().stored, 1);
    assert_eq!(writer.stats().pending, 100, "{:?}", writer.stats());
    tokio::time::sleep(10 * SECOND).await;
    let stats = writer.destination_stats();
    assert_eq!((stats.dropped_blocked, stats.pending, stats.bytes_reserved), (100, 0, 0));
    assert!(stats.requests < 40, "{} probes", stats.requests);
    let _ = writer.close(None).await;
    assert_eq!(told.load(Ordering::Relaxed), 1, "told more than once");
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_opens_again_goes_on() {
    let memory = Memory::script([blocked(), blocked(), again(Progress::Unknown, None), blocked()]);
    let writer = writer(&memory, WriteOptions::new().batch_size(1).max_retries(1));
    fill(&writer, 3).await;
    assert!(writer.close(None).await.is_stored());
    assert_eq!(memory.stored(), [line(0), line(1), line(2)]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_always_fails_is_handed_back_and_the_next_goes_on() {
    let memory = Memory::new(|part, _| {
        let poison = (0..part.lines()).any(|index| part.line(index) == Some("m v=13 1"));
        if poison { again(Progress::Unknown, None) } else { Outcome::Stored }
    });
    let lost = Arc::new(Mutex::new(Vec::new()));
    let handed = Arc::clone(&lost);
    let options = WriteOptions::new().batch_size(10).max_retry_time(Duration::MAX);
    let options = options.on_error(move |report, verdict| {
        let Verdict::Dropped(dropped) = verdict else { panic!("{verdict:?}") };
        assert!(dropped.possibly_stored && dropped.reason == DropReason::RetriesExhausted);
        handed.lock().unwrap().push(String::from_utf8(report.data.to_vec()).unwrap());
    });
    let writer = writer(&memory, options);
    fill(&writer, 40).await;
    let report = writer.close(None).await;
    assert_eq!((report.stored, report.dropped), (30, 10));
    let expected: String = (10..20).map(|number| line(number) + "\n").collect();
    assert_eq!(*lost.lock().unwrap(), [expected]);
    assert_eq!(report.stats.requests, 3 + 6);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_retries_ends_them() {
    // Retries come after 5 to 10 s, 15 to 30, 35 to 70 and 75 to 150.
    for (time, requests) in [(0, 1..=1), (60, 4..=5)] {
        let memory = Memory::new(|_, _| again(Progress::Unknown, None));
        let options = WriteOptions::new().max_retries(u32::MAX).max_retry_time(time * SECOND);
        let writer = writer(&memory, options);
        writer.write(&line(0)).await.unwrap();
        let report = writer.close(None).await;
        assert_eq!(report.stats.dropped_retries, 1);
        assert!(
            requests.contains(&memory.requests().len()),
            "{} requests in {time} s",
            memory.requests().len()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_size_that_is_too_large_is_learned() {
    let memory = Memory::new(|part, _| match part.bytes() > 50 {
        true => Outcome::TooLarge { reason: reason() },
        false => Outcome::Stored,
    });
    let writer = writer(&memory, WriteOptions::new().batch_size(10));
    fill(&writer, 10).await;
    assert!(writer.flush(None).await.is_stored());
    let before = memory.requests().len();
    fill(&writer, 10).await;
    assert!(writer.flush(None).await.is_stored());
    assert!(memory.requests()[before..].iter().all(|request| request.len() < 50));
    assert!(writer.close(None).await.is_stored());
}

#[tokio::test(start_paused = true)]
async fn isolating_stops_when_its_budget_is_empty_and_goes_on_later() {
    let memory = Memory::new(|part, _| match part.lines() {
        1 => Outcome::Condemned { lines: vec![(0, String::new())], others: Others::Stored, reason: reason() },
        _ => Outcome::Suspect { runs: Vec::new(), reason: reason() },
    });
    let writer = writer(&memory, WriteOptions::new().batch_size(256));
    let began = Instant::now();
    fill(&writer, 256).await;
    assert_eq!(writer.flush(None).await.rejected, 256);
    let requests = memory.requests().len();
    let seconds = began.elapsed().as_secs_f64();
    assert!(requests > 256 && (requests as f64 - 110.0) / 10.0 < seconds, "{requests} in {seconds} s");
}

//! What a writer tells `tracing` and `metrics`: names and numbers, and never a line.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use influx_core::write::{
    Attempt, Deliver, Delivery, Others, Outcome, Part, Progress, SpoolOptions, Stats, Writer,
};
use influx_core::{EncodeOptions, Error, ErrorKind, WriteOptions};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

/// Stands in every line, and nowhere else.
const DATA: &str = "7394182";

/// Loses the first answer, names the second line as bad, quoting it, and then answers no more.
#[derive(Debug, Default)]
struct Script(AtomicU64);

impl Deliver for Script {
    fn send<'a>(&'a self, part: &'a Part, _: Attempt) -> Delivery<'a> {
        let reason = |text: String| Arc::new(Error::delivery(ErrorKind::Server, text));
        let outcome = match self.0.fetch_add(1, Ordering::Relaxed) {
            1 => {
                let quoted = format!("unable to parse '{}'", part.line(1).unwrap());
                let lines = vec![(1, quoted.clone())];
                Outcome::Condemned { lines, others: Others::Stored, reason: reason(quoted) }
            }
            _ => {
                let reason = reason("the answer is lost".to_owned());
                Outcome::Again { progress: Progress::Unknown, after: None, reason }
            }
        };
        Box::pin(async { outcome })
    }
}

/// Two batches: one is stored but for a line, one is dropped.
fn run() -> Stats {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let options = WriteOptions::new().batch_size(3).max_retries(1);
        let writer =
            Writer::with_deliver(Arc::new(Script::default()), "plant", EncodeOptions::new(), options)
                .unwrap();
        for number in 0..5 {
            writer.write(&format!("m,room={DATA} v={DATA}{number} 1")).await.unwrap();
        }
        writer.close(None).await.stats
    })
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn spans_and_events_name_the_destination_and_numbers_and_no_line() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        // Another test may have come first to an event, and nobody listened: that is remembered.
        run();
        tracing::callsite::rebuild_interest_cache();
        log.0.lock().unwrap().clear();
        run()
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in [
        "influx write{destination=\"plant\" lines=3 bytes=",
        "attempt=2}",
        "lines will be sent again destination=\"plant\" lines=3 delay=",
        "error=the answer is lost",
        "lines were rejected destination=\"plant\" lines=1 kind=Server",
        "lines are stored destination=\"plant\" lines=2",
        "lines were dropped: its retries are used up destination=\"plant\" lines=2 possibly_stored=true",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in:\n{text}");
    }
    assert!(!text.contains(DATA), "a line is in:\n{text}");
}

/// A server that never answers.
#[derive(Debug)]
struct Away;

impl Deliver for Away {
    fn send<'a>(&'a self, _: &'a Part, _: Attempt) -> Delivery<'a> {
        let reason = Arc::new(Error::delivery(ErrorKind::Server, "the answer is lost"));
        Box::pin(async { Outcome::Again { progress: Progress::Unknown, after: None, reason } })
    }
}

#[tokio::test]
async fn a_spool_that_cannot_be_written_is_told_once_and_each_try_is_counted() {
    let log = Log::default();
    let told = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::ERROR)
        .with_ansi(false)
        .with_writer(move || told.clone())
        .finish();
    // For all threads: the files have one of their own.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("told-once-{}", std::process::id()));
    let options = WriteOptions::new().batch_size(1).spool(SpoolOptions::new(&path).max_bytes(65_536));
    let writer = Writer::with_deliver(Arc::new(Away), "plant", EncodeOptions::new(), options).unwrap();
    let mut error = None;
    for number in 0..200 {
        let text = format!("m text=\"{}\",v={DATA}i {number}", "x".repeat(1_000));
        error = writer.write_receipt(&text).await.unwrap().durable().await.err();
        if error.is_some() {
            break;
        }
    }
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Spool));
    while writer.stats().spool_errors < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours = text.lines().filter(|line| line.contains(&*path.to_string_lossy())).collect::<Vec<_>>();
    assert_eq!(ours.len(), 1, "{text}");
    assert!(ours[0].contains("the spool cannot be written: ") && ours[0].contains("max_bytes"), "{text}");
    assert!(!text.contains(DATA), "a line is in:\n{text}");
    writer.close(std::time::Duration::ZERO).await;
    std::fs::remove_dir_all(path).unwrap();
}

/// Panics at verdicts.
struct Panics;

impl Recorder for Panics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        assert!(key.name() != "influx_writer_records_total", "on purpose");
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
fn a_recorder_that_panics_changes_nothing_for_the_records() {
    let stats = metrics::with_local_recorder(&Panics, run);
    assert_eq!((stats.written, stats.pending, stats.bytes_reserved), (5, 0, 0), "{stats:?}");
    assert_eq!((stats.stored, stats.rejected, stats.dropped_retries), (2, 1, 2), "{stats:?}");
    assert!(stats.is_balanced(), "{stats:?}");
}

#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels = key.labels().map(|label| format!(" {}={}", label.key(), label.value()));
        let name = key.name().to_owned() + &labels.collect::<String>();
        Counter::from_arc(Arc::clone(self.0.lock().unwrap().entry(name).or_default()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn metrics_count_what_the_statistics_count() {
    let counters = Counters::default();
    let stats = metrics::with_local_recorder(&counters, run);
    let counters = counters.0.into_inner().unwrap();
    let counted: Vec<_> =
        counters.iter().map(|(name, count)| (name.as_str(), count.load(Ordering::Relaxed))).collect();
    let expected = [
        ("influx_writer_bytes_total destination=plant", stats.bytes_raw),
        ("influx_writer_records_total destination=plant verdict=dropped", stats.dropped),
        ("influx_writer_records_total destination=plant verdict=rejected", stats.rejected),
        ("influx_writer_records_total destination=plant verdict=stored", stats.stored),
        ("influx_writer_requests_total destination=plant attempt=first", 2),
        ("influx_writer_requests_total destination=plant attempt=retry", stats.retries),
    ];
    assert_eq!(counted, expected);
    let line = format!("m,room={DATA} v={DATA}0 1\n").len() as u64;
    assert_eq!((stats.requests, stats.retries, stats.resent, stats.bytes_raw), (4, 2, 5, 10 * line));
    assert_eq!((stats.dropped_retries, stats.dropped_possibly_stored), (2, 2));
}

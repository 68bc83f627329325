//! A server that stops, hangs, or is killed: what it has acknowledged is there afterwards.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use influx_core::http::RetryPolicy;
use influx_core::write::{WriteOptions, Writer};
use influx_core::{Client, Dialect, Line, Measurement, Nanos};
use influx_tests::generate::{Seeded, Source as _};

use crate::influxd::Influxd;

/// A row that is its number.
struct Row(i64);

impl Measurement for Row {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement("m");
        line.field("v").integer(self.0);
        line.timestamp(&Nanos(self.0));
    }
}

/// The numbers that the server holds.
fn stored(server: &Influxd) -> BTreeSet<i64> {
    let rows = server.rows("d", "SELECT v FROM m");
    rows.iter().map(|row| row[1].as_i64().unwrap()).collect()
}

/// Options with short waits.
fn options() -> WriteOptions {
    WriteOptions::throughput()
        .batch_size(500)
        .flush_interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(20))
        .max_retry_delay(Duration::from_millis(200))
}

/// Waits for what comes at some time, on a machine with much else to do, too.
async fn until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn writer(server: &Influxd) -> Writer {
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    client.writer_with("d", options()).unwrap()
}

/// What a writer has admitted is stored in the end, however often the server dies on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_carries_everything_over_the_servers_deaths() {
    const CYCLES: i64 = 10;
    const ROWS: i64 = 10_000;
    let Some(mut server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let writer = writer(&server);
    for cycle in 0..CYCLES {
        for number in cycle * ROWS..(cycle + 1) * ROWS {
            writer.write(&Row(number)).await.unwrap();
        }
        // some of it is on its way
        tokio::time::sleep(Duration::from_millis(u64::try_from(cycle * 7).unwrap())).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(50)).await;
        tokio::task::block_in_place(|| server.restart());
    }
    let report = writer.flush(Some(Duration::from_secs(60))).await;
    assert!(report.is_stored(), "{report:?}");
    writer.close(Some(Duration::from_secs(10))).await;
    let expected: BTreeSet<_> = (0..CYCLES * ROWS).collect();
    assert_eq!(stored(&server).len(), expected.len());
    assert_eq!(stored(&server), expected);
}

/// A server that stops in order, and one that hangs for longer than any attempt may take, delay a writer, and that is
/// all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_waits_for_a_server_that_stops_or_hangs() {
    let Some(mut server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let limit = Duration::from_millis(700);
    let client = Client::builder(server.url()).dialect(Dialect::V1).write_timeout(limit).read_timeout(limit);
    let writer = client.build().unwrap().writer_with("d", options()).unwrap();
    let write = async |numbers: std::ops::Range<i64>| {
        for number in numbers {
            writer.write(&Row(number)).await.unwrap();
        }
    };
    write(0..1_000).await;
    server.stop();
    write(1_000..2_000).await;
    tokio::task::block_in_place(|| server.restart());
    write(2_000..3_000).await;
    assert!(writer.flush(Some(Duration::from_secs(60))).await.is_stored());
    let before = writer.stats().retries;
    server.signal("STOP");
    write(3_000..4_000).await;
    until("an attempt is given up", || writer.stats().retries > before).await;
    server.signal("CONT");
    let report = writer.flush(Some(Duration::from_secs(60))).await;
    assert!(report.is_stored(), "{report:?}");
    assert_eq!(stored(&server), (0..4_000).collect());
}

/// What is delivered twice stands there once: a row is its series and its time.
#[tokio::test]
async fn batches_that_arrive_three_times_in_any_order_are_one_table() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE once; CREATE DATABASE thrice");
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    let mut deliveries: Vec<i64> = (0..60).map(|n| n % 20).collect();
    let mut source = Seeded::new(7);
    for last in (1..deliveries.len()).rev() {
        deliveries.swap(last, source.below(last + 1));
    }
    let batch = |number: i64| -> Vec<Row> { (number * 50..(number + 1) * 50).map(Row).collect() };
    for number in 0..20 {
        client.write("once", &batch(number)).await.unwrap();
    }
    for number in deliveries {
        client.write("thrice", &batch(number)).await.unwrap();
    }
    let table = |name: &str| server.rows(name, "SELECT * FROM m");
    assert_eq!(table("once").len(), 1_000);
    assert_eq!(table("thrice"), table("once"));
}

/// `kill -9` under load, ten times: no acknowledged row is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_outlives_the_servers_death() {
    const CYCLES: u32 = 10;
    let Some(mut server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let policy = RetryPolicy::none();
    let client = Client::builder(server.url()).dialect(Dialect::V1).retry(policy).build().unwrap();
    let (next, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let (acknowledged, failed) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicU32::new(0)));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let (client, next, stop) = (client.clone(), Arc::clone(&next), Arc::clone(&stop));
            let (acknowledged, failed) = (Arc::clone(&acknowledged), Arc::clone(&failed));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let first = next.fetch_add(100, Ordering::Relaxed);
                    let rows: Vec<_> = (first..first + 100).map(Row).collect();
                    match client.write("d", &rows).await {
                        Ok(_) => acknowledged.lock().unwrap().extend(first..first + 100),
                        Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                    }
                }
            })
        })
        .collect();
    for cycle in 0..CYCLES {
        let rows = acknowledged.lock().unwrap().len();
        until("a write is acknowledged", || acknowledged.lock().unwrap().len() > rows).await;
        // a moment of its own in each cycle
        tokio::time::sleep(Duration::from_millis(u64::from(cycle * 37 % 100))).await;
        server.kill();
        let failures = failed.load(Ordering::Relaxed);
        until("a write meets the dead server", || failed.load(Ordering::Relaxed) > failures).await;
        tokio::task::block_in_place(|| server.restart());
    }
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let stored = stored(&server);
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
}

//! A server that stops, hangs, or is killed: what it has acknowledged is there afterwards.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::http::RetryPolicy;
use influx_core::{Client, Dialect, Line, Measurement, Nanos};

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

/// `kill -9` under load, ten times: no acknowledged row is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_outlives_the_servers_death() {
    const CYCLES: u32 = 10;
    let Some(mut server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let policy = RetryPolicy::none();
    let client = Client::builder(server.url()).dialect(Dialect::V1).retry(policy).build().unwrap();
    let (next, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let (client, next, stop) = (client.clone(), Arc::clone(&next), Arc::clone(&stop));
            let acknowledged = Arc::clone(&acknowledged);
            tokio::spawn(async move {
                let mut failed = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    let first = next.fetch_add(100, Ordering::Relaxed);
                    let rows: Vec<_> = (first..first + 100).map(Row).collect();
                    match client.write("d", &rows).await {
                        Ok(_) => acknowledged.lock().unwrap().extend(first..first + 100),
                        Err(_) => {
                            failed += 1;
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                    }
                }
                failed
            })
        })
        .collect();
    let mut before = 0;
    for cycle in 0..CYCLES {
        // a moment of its own in each cycle
        tokio::time::sleep(Duration::from_millis(100 + u64::from(cycle * 37 % 100))).await;
        server.kill();
        tokio::task::block_in_place(|| server.restart());
        let now = acknowledged.lock().unwrap().len();
        assert!(now > before, "nothing was written before the death of cycle {cycle}");
        before = now;
    }
    stop.store(true, Ordering::Relaxed);
    let mut failed = 0;
    for task in tasks {
        failed += task.await.unwrap();
    }
    assert!(failed >= CYCLES, "only {failed} writes met a dead server");
    let stored = stored(&server);
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
}

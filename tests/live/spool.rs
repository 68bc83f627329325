//! A real server that is stopped, killed or hung under load, and a writer with a spool: everything is stored afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use influx_core::write::{SpoolOptions, WriteOptions, Writer};
use influx_core::{Client, Dialect, Line, Measurement, Nanos};

use crate::influxd::Influxd;
use crate::process;

/// A row that is its number.
struct Row(i64);

impl Measurement for Row {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement("m");
        line.field("v").integer(self.0);
        line.timestamp(&Nanos(self.0));
    }
}

/// A spool that is gone at the end.
struct Spool(PathBuf);

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// With so little memory that an outage is spent on the disk.
fn writer(server: &Influxd, spool: &Spool) -> Writer {
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    let options = WriteOptions::throughput()
        .batch_size(500)
        .flush_interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(20))
        .max_retry_delay(Duration::from_millis(200))
        .queue_bytes(1024 * 1024)
        .spool(SpoolOptions::new(spool.0.join("spool")));
    client.writer_with("d", options).unwrap()
}

/// How the server goes away.
#[derive(Debug, Clone, Copy)]
enum Outage {
    Stopped,
    Killed,
    Hung,
}

impl Outage {
    fn begin(self, server: &mut Influxd) {
        match self {
            Self::Stopped => server.stop(),
            Self::Killed => server.kill(),
            Self::Hung => server.signal("STOP"),
        }
    }

    fn end(self, server: &mut Influxd) {
        match self {
            Self::Stopped | Self::Killed => server.restart(),
            Self::Hung => server.signal("CONT"),
        }
    }
}

/// Seconds from the environment.
fn seconds() -> Duration {
    let text = std::env::var("INFLUX_OUTAGE_SECONDS").unwrap_or_else(|_| "3".to_owned());
    Duration::from_secs(text.parse().unwrap_or_else(|error| panic!("INFLUX_OUTAGE_SECONDS={text}: {error}")))
}

/// Rows from `from` on, some thousands a second, until the time is over; the one behind the last.
async fn load(writer: &Writer, from: i64, time: Duration) -> i64 {
    let until = Instant::now() + time;
    let mut next = from;
    while Instant::now() < until {
        let rows: Vec<_> = (next..next + 100).map(Row).collect();
        writer.write(&rows).await.unwrap();
        next += 100;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    next
}

/// The numbers that the server holds.
fn stored(server: &Influxd) -> BTreeSet<i64> {
    let rows = server.rows("d", "SELECT v FROM m");
    rows.iter().map(|row| row[1].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spool_carries_the_load_over_a_servers_outage() {
    for outage in [Outage::Stopped, Outage::Killed, Outage::Hung] {
        let Some(mut server) = Influxd::start() else { return };
        server.query("", "CREATE DATABASE d");
        let spool = Spool(process::folder("spool"));
        let writer = writer(&server, &spool);
        let mut next = load(&writer, 0, Duration::from_millis(300)).await;
        outage.begin(&mut server);
        next = load(&writer, next, seconds()).await;
        let spooled = writer.stats().spooled;
        assert!(spooled > 0, "{outage:?}: nothing waits in the files: {:?}", writer.stats());
        tokio::task::block_in_place(|| outage.end(&mut server));
        next = load(&writer, next, Duration::from_millis(300)).await;
        let report = writer.close(Duration::from_secs(120)).await;
        let stats = &report.stats;
        assert!(stats.is_balanced() && stats.dropped == 0 && stats.pending == 0, "{outage:?}: {stats:?}");
        let stored = stored(&server);
        let lost: Vec<_> = (0..next).filter(|number| !stored.contains(number)).collect();
        assert!(lost.is_empty(), "{outage:?}: {} of {next} are lost: {lost:?}", lost.len());
        assert_eq!(stored.len() as i64, next, "{outage:?}");
    }
}

/// The server is killed while the writer's process begins again and again, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_writer_leaves_behind_is_stored_by_the_next() {
    let Some(mut server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let spool = Spool(process::folder("spool"));
    let (mut next, mut left) = (0, 0);
    for life in 0..6 {
        let writer = writer(&server, &spool);
        assert_eq!(writer.stats().recovered, left);
        next = load(&writer, next, Duration::from_millis(200)).await;
        if life % 2 == 0 {
            server.kill();
        }
        next = load(&writer, next, Duration::from_millis(200)).await;
        left = writer.close(Duration::ZERO).await.stats.pending;
        if life % 2 == 0 {
            assert!(left > 0, "life {life}: the server is dead");
            tokio::task::block_in_place(|| server.restart());
        }
    }
    let report = writer(&server, &spool).close(Duration::from_secs(60)).await;
    assert_eq!((report.stats.recovered, report.stats.pending, report.stats.dropped), (left, 0, 0));
    assert_eq!(stored(&server), (0..next).collect());
}

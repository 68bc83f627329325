//! The process under test: writes numbered records through a spool, says what it attempts and what is durable, and is
//! killed, or comes to its end.

#![allow(clippy::unwrap_used, clippy::panic, reason = "part of a test: a panic is a failure of it")]

use std::fs;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use influx_core::write::{Fsync, SpoolOptions, SpoolUse, Verdict, WriteOptions, Writer};
use influx_core::{Client, Destination};
use influx_spool_tests::{CHUNK, Counts, Numbered, Orders, Report, bucket};

/// Tells a report by one system call, so that none is cut in two or told too late.
fn tell(report: &Report) {
    let line = serde_json::to_string(report).unwrap() + "\n";
    let mut output = io::stdout().lock();
    output.write_all(line.as_bytes()).unwrap();
    output.flush().unwrap();
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let orders = std::env::args().nth(1).unwrap();
    let orders: Arc<Orders> = Arc::new(serde_json::from_str(&orders).unwrap());
    tell(&Report::Began { pid: std::process::id() });
    let writer = match open(&orders) {
        Ok(writer) => writer,
        Err(error) => return tell(&Report::Refused { error }),
    };
    tell(&Report::Opened { recovered: writer.stats().recovered });
    if orders.bulk {
        write_in_bulk(&orders, &writer).await;
    } else {
        write(&orders, &writer).await;
    }
    tell(&Report::Written);
    let stats = writer.close(Duration::from_millis(orders.close)).await.stats;
    tell(&Report::Closed(Counts {
        balanced: stats.is_balanced(),
        written: stats.written,
        recovered: stats.recovered,
        stored: stats.stored,
        rejected: stats.rejected,
        dropped: stats.dropped,
        corrupt: stats.dropped_spool_corrupt,
        io: stats.dropped_spool_io,
        pending: stats.pending,
        peak: peak(),
    }));
}

fn open(orders: &Orders) -> Result<Writer, String> {
    let fsync = if orders.group { Fsync::Group } else { Fsync::Never };
    let when = if orders.when_full { SpoolUse::WhenFull } else { SpoolUse::Always };
    let spool = SpoolOptions::new(&orders.spool).fsync(fsync).when(when).max_bytes(orders.max_bytes);
    let options = WriteOptions::default()
        .spool(spool)
        .batch_size(orders.batch)
        .queue_bytes(orders.queue_bytes)
        .flush_interval(Duration::from_millis(if orders.bulk { 1_000 } else { 5 }))
        .retry_interval(Duration::from_millis(5))
        .max_retry_delay(Duration::from_millis(40))
        .on_error(move |report, verdict| {
            let verdict = match verdict {
                Verdict::Rejected(rejected) => format!("{rejected:?}"),
                Verdict::Dropped(dropped) => format!("{dropped:?}"),
                other => format!("{other:?}"),
            };
            tell(&Report::Failed { lines: report.lines, shown: !report.data.is_empty(), verdict });
        });
    let client = Client::builder(&orders.url).org("org-of-this-test").token(&orders.token).build();
    let client = client.map_err(|error| in_full(&error))?;
    client.writer_with(Destination::bucket(bucket(0)), options).map_err(|error| in_full(&error))
}

async fn write(orders: &Arc<Orders>, writer: &Writer) {
    let next = Arc::new(AtomicU64::new(orders.first));
    let end = orders.first + orders.records;
    let writing: Vec<_> = (0..orders.writers)
        .map(|_| {
            let next = Arc::clone(&next);
            let (orders, writer) = (Arc::clone(orders), writer.clone());
            tokio::spawn(async move {
                let mut told = Vec::new();
                loop {
                    let from = next.fetch_add(CHUNK, Ordering::Relaxed);
                    if from >= end {
                        break;
                    }
                    told.push(tokio::spawn(write_chunk(writer.clone(), from)));
                    tokio::time::sleep(Duration::from_millis(orders.pause)).await;
                }
                for told in told {
                    told.await.unwrap();
                }
            })
        })
        .collect();
    for writing in writing {
        writing.await.unwrap();
    }
}

/// Writes a chunk and tells when it is durable, or what is in the way.
async fn write_chunk(writer: Writer, from: u64) {
    let to = from + CHUNK;
    let records: Vec<_> = (from..to).map(|number| Numbered { number, bulk: false }).collect();
    let writer = writer.to(bucket(from)).unwrap();
    tell(&Report::Attempted { from, to });
    let receipt = writer.write_receipt(&records).await.unwrap();
    while let Err(error) = receipt.durable().await {
        tell(&Report::Late { from, to, error: in_full(&error) });
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tell(&Report::Durable { from, to });
}

async fn write_in_bulk(orders: &Orders, writer: &Writer) {
    for number in orders.first..orders.first + orders.records {
        writer.write(&Numbered { number, bulk: true }).await.unwrap();
    }
}

/// An error with all that is behind it.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or_default()
}

//! The process that writes, and is killed: a writer with a spool, and a line on stdout for all that happens to it.
//!
//! `attempt FROM TO` is said before the records of these ids are written, `durable FROM TO` when they are on the disk,
//! `stats …` each second, and `closed …` at the end.

use std::ops::Range;
use std::time::{Duration, Instant};

use influx_core::write::Receipt;
use influx_core::{Client, Measurement, Nanos, WriteOptions, Writer};
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::{BUCKET, Failure};

/// The first argument of this process.
pub(crate) const MARK: &str = "--write";

/// Nanoseconds since 1970 of the record with the id 0; that of the next id is one later.
pub(crate) const START: i64 = 1_700_000_000_000_000_000;

const SENSORS: u64 = 100;
const TICK: Duration = Duration::from_millis(10);
pub(crate) const TICKS_A_SECOND: u64 = 100;

/// How many records are written at once.
pub(crate) fn step(rate: u64) -> u64 {
    rate.div_ceil(TICKS_A_SECOND)
}
const PATIENCE: Duration = Duration::from_secs(300); // to send what is left

#[derive(Measurement)]
struct Reading {
    #[tag]
    sensor: u64,
    #[field]
    value: u64,
    #[time]
    at: Nanos,
}

/// What a run writes for an id: never 0, and another value in each run.
pub(crate) fn value(run: u64, id: u64) -> u64 {
    let mut bits = (run << 48 ^ id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (bits ^ bits >> 27) | 1
}

impl Reading {
    fn new(run: u64, id: u64) -> Self {
        Self { sensor: id % SENSORS, value: value(run, id), at: Nanos(START + id.cast_signed()) }
    }
}

/// What this process is told.
struct Order {
    spool: String,
    run: u64,
    first: u64,
    writes: Duration,
    rate: u64,
}

/// `SPOOL RUN FIRST MILLIS RATE`; where the server is stands in the environment.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let mut next = || arguments.next().ok_or("an argument is missing");
    let order = Order {
        spool: next()?,
        run: next()?.parse()?,
        first: next()?.parse()?,
        writes: Duration::from_millis(next()?.parse()?),
        rate: next()?.parse()?,
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(write(order))
}

async fn write(order: Order) -> Result<(), Failure> {
    let client = Client::from_env()?;
    let options = WriteOptions::throughput().spool(&*order.spool);
    let writer = client.writer_with(BUCKET, options)?;
    let mut telling = JoinSet::new();
    let (mut tick, mut told) = (interval(TICK), Instant::now());
    let (end, step) = (Instant::now() + order.writes, step(order.rate));
    let mut ids = order.first..order.first;
    while Instant::now() < end {
        tick.tick().await;
        ids = ids.end..ids.end + step;
        println!("attempt {} {}", ids.start, ids.end);
        let readings: Vec<_> = ids.clone().map(|id| Reading::new(order.run, id)).collect();
        let receipt = writer.write_receipt(&readings).await?;
        telling.spawn(tell(ids.clone(), receipt));
        while let Some(told) = telling.try_join_next() {
            told??;
        }
        if told.elapsed() >= Duration::from_secs(1) {
            told = Instant::now();
            say("stats", &writer);
        }
    }
    while let Some(told) = telling.join_next().await {
        told??;
    }
    let report = writer.close(PATIENCE).await;
    say("closed", &writer);
    if report.is_stored() { Ok(()) } else { Err(format!("not all is stored: {report:?}").into()) }
}

/// Tells of these when they are durable.
async fn tell(ids: Range<u64>, receipt: Receipt) -> Result<(), Failure> {
    receipt.durable().await?;
    println!("durable {} {}", ids.start, ids.end);
    Ok(())
}

/// The account, whose both sides are equal at any time.
fn say(word: &str, writer: &Writer) {
    let stats = writer.stats();
    println!(
        "{word} written {} + recovered {} = stored {} + rejected {} + dropped {} + pending {}",
        stats.written, stats.recovered, stats.stored, stats.rejected, stats.dropped, stats.pending,
    );
}

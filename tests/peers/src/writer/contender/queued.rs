//! This library's writer: as fast as it goes from one thread or two, and at a pace that leaves the server time.

use super::super::Failure;
use super::super::histogram::Histogram;
use super::Load;
use super::ours::rows;
use crate::contender::ours::Cpu;
use crate::data::BATCH;
use influx_core::http::Gzip;
use influx_core::{Client, WriteOptions, Writer};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Gzip,
    TwoProducers,
}

/// The threads that write are not the runtime's; it has one, which makes the requests.
struct Writing {
    runtime: Runtime,
    writer: Writer,
    rows: Vec<Cpu>,
}

impl Writing {
    fn new(url: &str, gzip: bool) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let mut client = Client::builder(url).token("token").org("o");
        if gzip {
            client = client.gzip(Gzip::threshold(1024)); // the default, which this machine would not get
        }
        let client = client.build()?;
        let writer = runtime.block_on(async { client.writer_with("b", WriteOptions::throughput()) })?;
        Ok(Self { runtime, writer, rows: rows() })
    }

    /// Waits until all is acknowledged, and that it is.
    fn finish(&self, rows: u64) -> Result<u64, Failure> {
        let report = self.runtime.block_on(self.writer.flush(Some(PATIENCE)));
        if report.is_stored() { Ok(rows) } else { Err(format!("not all is stored: {report:?}").into()) }
    }
}

pub(super) struct Queued {
    writing: Writing,
    producers: usize,
}

impl Queued {
    pub(super) fn new(url: &str, form: Form) -> Result<Self, Failure> {
        let producers = if form == Form::TwoProducers { 2 } else { 1 };
        Ok(Self { writing: Writing::new(url, form == Form::Gzip)?, producers })
    }
}

impl Load for Queued {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Writing { runtime, writer, rows } = &self.writing;
        let produce = || {
            runtime.block_on(async {
                let mut written = 0;
                loop {
                    for row in rows {
                        writer.write(row).await?;
                    }
                    written += BATCH as u64;
                    if Instant::now() >= until {
                        return Ok::<_, influx_core::Error>(written);
                    }
                }
            })
        };
        // the batch that is read back comes from one thread
        let others = if Instant::now() < until { self.producers - 1 } else { 0 };
        let written = thread::scope(|scope| {
            let others: Vec<_> = (0..others).map(|_| scope.spawn(produce)).collect();
            let mut written = produce()?;
            for other in others {
                written += other.join().map_err(|_| "a producer panicked")??;
            }
            Ok::<_, Failure>(written)
        })?;
        self.writing.finish(written)
    }
}

const TICK: Duration = Duration::from_millis(1);
const ROWS_A_TICK: usize = 500;

/// Looks at the clock before and after each call.
pub(super) struct Paced {
    writing: Writing,
    calls: Histogram,
}

impl Paced {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self { writing: Writing::new(url, false)?, calls: Histogram::new() })
    }
}

impl Load for Paced {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { writing: Writing { runtime, writer, rows }, calls } = self;
        let warm = Instant::now() < until; // what is read back comes first, and is not counted
        let mut next = Instant::now();
        let written = runtime.block_on(async {
            let mut written = 0;
            loop {
                for some in rows.chunks(ROWS_A_TICK) {
                    for row in some {
                        let clock = Instant::now();
                        writer.write(row).await?;
                        let took = clock.elapsed();
                        if warm {
                            calls.add(u64::try_from(took.as_nanos())?);
                        }
                    }
                    next += TICK;
                    thread::sleep(next.saturating_duration_since(Instant::now()));
                }
                written += BATCH as u64;
                if Instant::now() >= until {
                    return Ok::<_, Failure>(written);
                }
            }
        })?;
        self.writing.finish(written)
    }

    fn notes(&self) -> Vec<String> {
        let powers = self.calls.powers().map(|(end, calls)| format!("write() up to {end} ns: {calls} calls"));
        let quantiles = [0.5, 0.99].map(|share| self.calls.quantile(share).to_string()).join(" ");
        powers.chain([format!("quantiles {quantiles}")]).collect()
    }
}

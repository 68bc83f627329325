//! Rows at a steady pace while the server is down, and on, until what came together meanwhile is stored.

use super::{Directory, Failure, Figure};
use crate::contender::ours::Cpu;
use crate::data::{self, Doubles};
use crate::writer::Histogram;
use influx_core::testing::TestServer;
use influx_core::{Client, WriteOptions, Writer};
use std::thread;
use std::time::{Duration, Instant};

/// Rows a second that come in.
pub(super) const RATE: u64 = 50_000;
const TICK: Duration = Duration::from_millis(1);
const ROWS_A_TICK: usize = 50;
const DOWN: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of it.
pub(super) struct Outage {
    /// What was written while the server was down.
    pub(super) input: Figure,
    /// What was stored from the first answer on, until all of that was, while as many came in as before.
    pub(super) drain: Figure,
    /// The calls of `write` while it was down.
    pub(super) calls: Histogram,
}

pub(super) fn measure() -> Result<Outage, Failure> {
    let directory = Directory::new("outage")?;
    let server = TestServer::counting()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let client = Client::builder(server.url()).org("o").build()?;
    let options = WriteOptions::throughput().max_retry_delay(Duration::from_millis(200));
    let options = options.spool(directory.path().join("spool"));
    let writer = runtime.block_on(async { client.writer_with("b", options) })?;
    let rows: Vec<_> = data::cpu(Doubles::Full).iter().map(Cpu::from).collect();
    let bytes_per_row = bytes_per_row(&writer, &rows)?;
    let figure =
        |what, rows, seconds| Figure { what, rows, bytes: (rows as f64 * bytes_per_row) as u64, seconds };

    server.stop();
    eprintln!("the server is down, for {} s …", DOWN.as_secs());
    let mut pace = Pace { writer: &writer, rows: rows.chunks(ROWS_A_TICK).cycle(), next: Instant::now() };
    let (clock, mut calls) = (Instant::now(), Histogram::new());
    while clock.elapsed() < DOWN {
        pace.tick(|nanos| calls.add(nanos))?;
    }
    let before = writer.stats().written;
    let input = figure("input", before, clock.elapsed().as_secs_f64());

    server.restart()?;
    eprintln!("the server is up …");
    let (clock, mut first) = (Instant::now(), None);
    let drain = loop {
        pace.tick(|_| {})?;
        let stored = writer.stats().stored;
        match first {
            None if stored > 0 => first = Some((stored, Instant::now())),
            Some((earlier, since)) if stored >= before => {
                break figure("drain", stored - earlier, since.elapsed().as_secs_f64());
            }
            _ => {}
        }
        if clock.elapsed() > PATIENCE {
            return Err(
                format!("after {} s only {stored} rows of {before} are stored", PATIENCE.as_secs()).into()
            );
        }
    };
    let report = runtime.block_on(writer.close(PATIENCE));
    let stored = server.count("b");
    if !report.is_stored() || stored < report.stats.written {
        return Err(format!("the server has {stored} rows: {report:?}").into());
    }
    Ok(Outage { input, drain, calls })
}

fn bytes_per_row(writer: &Writer, rows: &[Cpu]) -> Result<f64, Failure> {
    let mut lines = writer.line_buffer();
    rows.iter().try_for_each(|row| lines.push(row))?;
    Ok(lines.as_bytes().len() as f64 / rows.len() as f64)
}

/// Writes rows over and over, so many a millisecond.
struct Pace<'a, I> {
    writer: &'a Writer,
    rows: I,
    next: Instant,
}

impl<'a, I: Iterator<Item = &'a [Cpu]>> Pace<'a, I> {
    /// Writes some rows, tells how long each call took, and waits for the next tick.
    fn tick(&mut self, mut took: impl FnMut(u64)) -> Result<(), Failure> {
        for row in self.rows.next().into_iter().flatten() {
            let clock = Instant::now();
            self.writer.write(row).wait()?;
            took(u64::try_from(clock.elapsed().as_nanos())?);
        }
        self.next += TICK;
        thread::sleep(self.next.saturating_duration_since(Instant::now()));
        Ok(())
    }
}

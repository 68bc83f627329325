//! Batches of a megabyte into the spool of a writer whose server is down, until they are durable; beside it, the same
//! bytes into a file.

use super::{Directory, Failure, Figure};
use crate::contender::ours::Cpu;
use crate::data::{self, BATCH, Doubles};
use influx_core::write::{Attempt, Deliver, Delivery, Outcome, Part, Progress};
use influx_core::{Error, ErrorKind, LineBuffer, WriteOptions, Writer};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 7;
const BATCHES: usize = 96;

/// When a file is forced onto the disk.
#[derive(Clone, Copy)]
enum Sync {
    /// After each batch, of about as many bytes as the spool commits at once.
    Each,
    Once,
}

/// A server that is down.
#[derive(Debug)]
struct Down;

impl Deliver for Down {
    fn send<'a>(&'a self, _: &'a Part, _: Attempt) -> Delivery<'a> {
        let reason = Arc::new(Error::delivery(ErrorKind::Transport, "the server is down"));
        Box::pin(async { Outcome::Again { progress: Progress::Unreachable, after: None, reason } })
    }
}

/// Writing to a file with an fdatasync a batch, with one in the end, and appending: the medians of rounds in turns.
pub(super) fn measure() -> Result<[Figure; 3], Failure> {
    let mut lines = LineBuffer::new();
    data::cpu(Doubles::Full).iter().map(Cpu::from).try_for_each(|row| lines.push(&row))?;
    let mut seconds = [const { Vec::new() }; 3];
    for round in 0..ROUNDS {
        eprintln!("append, round {} of {ROUNDS} …", round + 1);
        for turn in 0..seconds.len() {
            let which = (turn + round) % seconds.len(); // nobody is always behind the same one's dirty pages
            let directory = Directory::new("append")?;
            seconds[which].push(match which {
                0 => raw(directory.path(), &lines, Sync::Each)?,
                1 => raw(directory.path(), &lines, Sync::Once)?,
                _ => append(directory.path(), &lines)?,
            });
        }
    }
    let bytes = (lines.as_bytes().len() * BATCHES) as u64;
    let [raw, once, append] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    });
    let figure = |what, seconds| Figure { what, rows: (BATCH * BATCHES) as u64, bytes, seconds };
    Ok([figure("raw", raw), figure("raw-one-sync", once), figure("append", append)])
}

fn raw(directory: &Path, lines: &LineBuffer, sync: Sync) -> Result<f64, Failure> {
    let clock = Instant::now();
    let mut file = File::create_new(directory.join("raw"))?;
    for _ in 0..BATCHES {
        file.write_all(lines.as_bytes())?;
        if matches!(sync, Sync::Each) {
            file.sync_data()?;
        }
    }
    file.sync_data()?;
    Ok(clock.elapsed().as_secs_f64())
}

/// From the first batch to when the last is durable; a batch is what is appended at once.
fn append(directory: &Path, lines: &LineBuffer) -> Result<f64, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let options = WriteOptions::throughput().batch_size(BATCH).batch_bytes(2 * lines.as_bytes().len());
        let options = options.spool(directory.join("spool"));
        let writer = Writer::with_deliver(Arc::new(Down), "b", lines.options().clone(), options)?;
        let (clock, mut receipts) = (Instant::now(), Vec::new());
        for _ in 0..BATCHES {
            receipts.push(writer.write_receipt(lines).await?);
        }
        for receipt in &receipts {
            receipt.durable().await?;
        }
        let seconds = clock.elapsed().as_secs_f64();
        writer.close(Duration::ZERO).await;
        Ok(seconds)
    })
}

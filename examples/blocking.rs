//! A program without a runtime and without `async`: a few threads measure something and share a writer, the main
//! thread asks the server how it is, writes what is known at once, and waits until everything is stored.
//!
//! `cargo run --release --example blocking` writes to an embedded server. Set `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`,
//! `INFLUXDB_V2_ORG` and, if it is not `blocking`, `INFLUXDB_V2_BUCKET` to write to a real one.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};
use std::{env, thread};

use influx_core::testing::TestServer;
use influx_core::{Client, Measurement, WriteOptions, Writer};

/// How long one round of work took.
#[derive(Measurement)]
struct Work {
    #[tag]
    worker: usize,
    #[field]
    round: u64,
    #[field]
    largest_prime: u64,
    #[field]
    micros: u64,
    #[time]
    at: SystemTime,
}

const WORKERS: usize = 2;
const ROUNDS: u64 = 1_000;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let (client, bucket, embedded) = connect()?;
    let server = client.ping().wait()?;
    println!(
        "{} answers to ping as version {}",
        client.url(),
        server.version.as_deref().unwrap_or("unknown")
    );

    // One request, and an error if the server does not take it.
    let started = format!("run,program=blocking workers={WORKERS}i,rounds={ROUNDS}i");
    let report = client.write(&bucket, &started).wait()?;
    println!("written at once: {} line of {} bytes", report.lines, report.bytes);

    // Many records from many threads: batches, in the background.
    let writer = client.writer_with(&bucket, WriteOptions::throughput())?;
    let refused = AtomicU64::new(0);
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (writer, refused) = (writer.clone(), &refused);
            scope.spawn(move || refused.fetch_add(work(worker, &writer), Ordering::Relaxed));
        }
    });

    let flushed = writer.flush(Some(Duration::from_secs(10))).wait()?;
    println!(
        "flushed: {} stored, {} rejected, {} pending",
        flushed.stored, flushed.rejected, flushed.pending
    );
    let closed = writer.close(None).wait()?;
    println!("closed: {} stored, {} rejected, {} dropped", closed.stored, closed.rejected, closed.dropped);

    let written = WORKERS as u64 * ROUNDS;
    if refused.into_inner() > 0 || flushed.stored != written {
        return Err(format!("{} of {written} records are stored", flushed.stored).into());
    }
    if let Some(server) = embedded {
        println!("the embedded server has {} points in {:?}", server.count(&bucket), server.series(&bucket));
        if server.count(&bucket) != written + 1 {
            return Err("the embedded server has not stored what was written".into());
        }
    }
    Ok(())
}

/// Looks for primes, and records how long that took. Returns how many records were not taken.
fn work(worker: usize, writer: &Writer) -> u64 {
    let mut refused = 0;
    for round in 0..ROUNDS {
        let started = Instant::now();
        let largest_prime = largest_prime(2_000 + round);
        let micros = started.elapsed().as_micros() as u64;
        let record = Work { worker, round, largest_prime, micros, at: SystemTime::now() };
        // waits only when the queue is full
        if let Err(error) = writer.write(&record).wait() {
            println!("worker {worker}: {error}");
            refused += 1;
        }
    }
    refused
}

/// The largest prime below a number that is above 2.
fn largest_prime(below: u64) -> u64 {
    let is_prime =
        |number: u64| (2..number).take_while(|n| n * n <= number).all(|n| !number.is_multiple_of(n));
    (2..below).rev().find(|&number| is_prime(number)).unwrap_or(2)
}

/// The real server that the environment names, else an embedded one.
fn connect() -> Result<(Client, String, Option<TestServer>), Failure> {
    let bucket = env::var("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "blocking".to_owned());
    if env::var_os("INFLUXDB_V2_URL").is_some() {
        return Ok((Client::from_env()?, bucket, None));
    }
    let server = TestServer::builder().token("blocking").bucket(&bucket).start()?;
    let client = Client::builder(server.url()).token("blocking").org("blocking").build()?;
    Ok((client, bucket, Some(server)))
}

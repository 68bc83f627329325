//! Reads this machine's own figures for three seconds, then loads 200,000 records made of them.
//!
//! `cargo run --release --example quickstart` writes to an embedded server and reads back what it stored. Set
//! `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`, `INFLUXDB_V2_ORG` and, if it is not `quickstart`,
//! `INFLUXDB_V2_BUCKET` to write to a real one.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant, SystemTime};
use std::{collections::BTreeMap, env, error::Error, thread};

use indicatif::{ProgressBar, ProgressStyle};
use influx_core::testing::{TestServer, line_hash};
use influx_core::{Client, LineBuffer, Measurement, Nanos};
use sysinfo::{Disks, Networks, System};

#[derive(Measurement, Clone)]
struct Cpu<'a> {
    #[tag]
    host: &'a str,
    #[tag]
    core: usize,
    #[field]
    usage: f32,
    #[field]
    frequency: u64,
    #[time]
    time: Nanos,
}

#[derive(Measurement, Clone)]
struct Memory<'a> {
    #[tag]
    host: &'a str,
    #[field]
    used: u64,
    #[field]
    available: u64,
    #[field]
    total: u64,
    #[field]
    swap_used: u64,
    #[time]
    time: Nanos,
}

#[derive(Measurement, Clone)]
#[measurement(name = "io")]
struct Traffic<'a> {
    #[tag]
    host: &'a str,
    #[tag]
    kind: &'static str,
    #[tag]
    device: String,
    #[field("in")]
    incoming: u64,
    #[field("out")]
    outgoing: u64,
    #[time]
    time: Nanos,
}

const RECORDS: usize = 200_000;
const SAMPLES: u32 = 12;
const PAUSE: Duration = Duration::from_millis(250);
const REPLAY: i64 = 10_000_000_000; // how far apart two replays are, in ns: longer than all samples take

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, bucket, embedded) = connect()?;
    println!("reading this machine for {} s, then writing to {}", (PAUSE * SAMPLES).as_secs(), client.url());

    let host = System::host_name().unwrap_or_else(|| "localhost".to_owned());
    let (cpus, memory, traffic) = sample(&host)?;
    let all = cpus.len() + memory.len() + traffic.len();
    let share = |part: usize| (RECORDS - all) * part / all;
    let loads =
        [share(cpus.len()), RECORDS - all - share(cpus.len()) - share(traffic.len()), share(traffic.len())];

    let bar = ProgressBar::new(RECORDS as u64);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} records in {elapsed}")?);
    let mut load = Load { client, bucket, bar, hash: 0, rows: Vec::new() };
    load.write("cpu", &replayed(cpus, loads[0], |cpu, by| cpu.time.0 -= by)).await?;
    load.write("memory", &replayed(memory, loads[1], |memory, by| memory.time.0 -= by)).await?;
    load.write("io", &replayed(traffic, loads[2], |traffic, by| traffic.time.0 -= by)).await?;
    load.bar.finish();
    load.report(embedded.as_ref())
}

/// The real server that the environment names, else an embedded one.
fn connect() -> Result<(Client, String, Option<TestServer>), Box<dyn Error>> {
    let variable = |name: &str| env::var(name).map_err(|error| format!("{name}: {error}"));
    let bucket = variable("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "quickstart".to_owned());
    if let Ok(url) = variable("INFLUXDB_V2_URL") {
        let builder = Client::builder(url).token(variable("INFLUXDB_V2_TOKEN")?);
        return Ok((builder.org(variable("INFLUXDB_V2_ORG")?).build()?, bucket, None));
    }
    let server = TestServer::builder().token("quickstart").bucket(&bucket).start()?;
    let client = Client::builder(server.url()).token("quickstart").org("quickstart").build()?;
    Ok((client, bucket, Some(server)))
}

type Samples<'a> = (Vec<Cpu<'a>>, Vec<Memory<'a>>, Vec<Traffic<'a>>);

/// What this machine does, read several times.
fn sample(host: &str) -> Result<Samples<'_>, Box<dyn Error>> {
    let (mut cpus, mut memory, mut traffic) = (Vec::new(), Vec::new(), Vec::new());
    let (mut system, mut networks) = (System::new(), Networks::new_with_refreshed_list());
    let mut disks = Disks::new_with_refreshed_list();
    system.refresh_cpu_all(); // usage is measured between two readings
    for _ in 0..SAMPLES {
        thread::sleep(PAUSE);
        system.refresh_cpu_all();
        system.refresh_memory();
        networks.refresh(true);
        disks.refresh(true);
        let time = Nanos(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos().try_into()?);
        for (core, cpu) in system.cpus().iter().enumerate() {
            cpus.push(Cpu { host, core, usage: cpu.cpu_usage(), frequency: cpu.frequency(), time });
        }
        memory.push(Memory {
            host,
            used: system.used_memory(),
            available: system.available_memory(),
            total: system.total_memory(),
            swap_used: system.used_swap(),
            time,
        });
        let mut devices = BTreeMap::new(); // one disk may be mounted in several places
        for disk in &disks {
            let (name, usage) = (disk.name().to_string_lossy().into_owned(), disk.usage());
            devices.insert(("disk", name), (usage.total_read_bytes, usage.total_written_bytes));
        }
        for (name, network) in &networks {
            devices
                .insert(("network", name.clone()), (network.total_received(), network.total_transmitted()));
        }
        for ((kind, device), (incoming, outgoing)) in devices {
            traffic.push(Traffic { host, kind, device, incoming, outgoing, time });
        }
    }
    Ok((cpus, memory, traffic))
}

/// The readings, and as many more as asked for: the same again, ever further in the past.
fn replayed<R: Clone>(mut records: Vec<R>, more: usize, shift: impl Fn(&mut R, i64)) -> Vec<R> {
    for n in 0..more {
        let mut record = records[n].clone();
        shift(&mut record, REPLAY);
        records.push(record);
    }
    records
}

struct Load {
    client: Client,
    bucket: String,
    bar: ProgressBar,
    hash: u64,
    rows: Vec<Row>,
}

/// What was written of one measurement.
struct Row {
    measurement: &'static str,
    records: usize,
    bytes: usize,
    took: Duration,
}

impl Load {
    async fn write(
        &mut self,
        measurement: &'static str,
        records: &[impl Measurement],
    ) -> Result<(), Box<dyn Error>> {
        let mut row = Row { measurement, records: 0, bytes: 0, took: Duration::ZERO };
        for chunk in records.chunks(10_000) {
            let started = Instant::now();
            let report = self.client.write(&*self.bucket, chunk).await?;
            row.took += started.elapsed();
            row.records += report.lines as usize;
            row.bytes += report.bytes as usize;
            self.bar.inc(report.lines);

            let mut lines = LineBuffer::new(); // for the comparison with what the server has
            chunk.iter().try_for_each(|record| lines.push(record))?;
            self.hash = lines.iter().map(line_hash).fold(self.hash, u64::wrapping_add);
        }
        self.rows.push(row);
        Ok(())
    }

    /// Prints the table; an error if the embedded server has not stored exactly what was written.
    fn report(self, embedded: Option<&TestServer>) -> Result<(), Box<dyn Error>> {
        println!("{:<12}{:>8}{:>10}{:>12}{:>14}", "measurement", "series", "points", "rows/s", "bytes");
        for row in &self.rows {
            let (mut series, mut points) = ("-".to_owned(), row.records as u64);
            if let Some(server) = embedded {
                let mut stored = server.counts(&self.bucket);
                stored.retain(|series, _| series.split(',').next() == Some(row.measurement));
                (series, points) = (stored.len().to_string(), stored.values().sum());
            }
            let speed = row.records as f64 / row.took.as_secs_f64();
            println!("{:<12}{series:>8}{points:>10}{speed:>12.0}{:>14}", row.measurement, row.bytes);
        }
        let Some(server) = embedded else {
            println!("points are those that the server acknowledged; nothing was read back");
            return Ok(());
        };
        let written: usize = self.rows.iter().map(|row| row.records).sum();
        if server.count(&self.bucket) != written as u64 || server.hash(&self.bucket) != self.hash {
            return Err("the embedded server has not stored what was written".into());
        }
        println!("read back: all {written} points are stored as they were written");
        Ok(())
    }
}

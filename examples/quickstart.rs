//! Reads this machine's own figures for three seconds, then loads 200,000 records made of them: the readings, and
//! the same again shifted into the past.
//!
//! `cargo run --release --example quickstart` writes to an embedded server and compares what it stored. Set
//! `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`, `INFLUXDB_V2_ORG` and, if it is not `quickstart`,
//! `INFLUXDB_V2_BUCKET` to write to a real one.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};
use std::{env, error::Error, iter, thread};

use indicatif::{ProgressBar, ProgressStyle};
use influx_core::testing::{StoredPoint, TestServer, line_hash};
use influx_core::{Client, LineBuffer, Measurement, Nanos};
use sysinfo::{Disks, Networks, System};

#[derive(Measurement, Clone)]
struct Cpu<'a> {
    #[tag]
    host: &'a str,
    #[tag]
    core: usize,
    #[field]
    usage: f64,
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
    total: u64,
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

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let Err(error) = run() else { return ExitCode::SUCCESS };
    let chain = iter::successors(Some(&*error as &dyn Error), |error| (*error).source());
    eprintln!("error: {}", chain.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    ExitCode::FAILURE
}

fn run() -> Result<(), Failure> {
    let (client, bucket, embedded) = connect()?;
    println!("reading this machine for {} s, then writing to {}", (PAUSE * SAMPLES).as_secs(), client.url());
    let host = System::host_name().unwrap_or_else(|| "localhost".to_owned());
    let (cpus, memory, traffic) = sample(&host)?;
    let stored = cpus.iter().map(Cpu::stored).chain(memory.iter().map(Memory::stored));
    let expected: Vec<StoredPoint> = stored.chain(traffic.iter().map(Traffic::stored)).collect();

    let share = |readings: usize| RECORDS * readings / expected.len();
    let (of_cpus, of_traffic) = (share(cpus.len()), share(traffic.len()));
    let cpus = replayed(cpus, of_cpus, |cpu, by| cpu.time.0 -= by);
    let memory =
        replayed(memory, RECORDS.saturating_sub(of_cpus + of_traffic), |memory, by| memory.time.0 -= by);
    let traffic = replayed(traffic, of_traffic, |traffic, by| traffic.time.0 -= by);

    let bar = ProgressBar::new(RECORDS as u64);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} records in {elapsed}")?);
    let mut load = Load { client, bucket, bar, hash: 0, rows: Vec::new() };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        load.write("cpu", &cpus).await?;
        load.write("memory", &memory).await?;
        load.write("io", &traffic).await
    })?;
    load.bar.finish();
    load.print(embedded.as_ref());
    match embedded {
        Some(server) => load.compare(&server, &expected),
        None => Ok(()),
    }
}

/// The real server that the environment names, else an embedded one.
fn connect() -> Result<(Client, String, Option<TestServer>), Failure> {
    let bucket = variable("INFLUXDB_V2_BUCKET")?.unwrap_or_else(|| "quickstart".to_owned());
    let Some(url) = variable("INFLUXDB_V2_URL")? else {
        println!("INFLUXDB_V2_URL is not set: an embedded server takes the records");
        let server = TestServer::builder().token("quickstart").bucket(&bucket).start()?;
        let client = Client::builder(server.url()).token("quickstart").org("quickstart").build()?;
        return Ok((client, bucket, Some(server)));
    };
    println!("INFLUXDB_V2_URL is set: its server takes the records, in the bucket {bucket}");
    let needed = |name| variable(name)?.ok_or_else(|| Failure::from(format!("{name} is not set")));
    let client = Client::builder(url).token(needed("INFLUXDB_V2_TOKEN")?).org(needed("INFLUXDB_V2_ORG")?);
    Ok((client.build()?, bucket, None))
}

/// A variable of the environment, if it is set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is no Unicode").into()),
    }
}

type Samples<'a> = (Vec<Cpu<'a>>, Vec<Memory<'a>>, Vec<Traffic<'a>>);

/// What this machine does, read several times.
fn sample(host: &str) -> Result<Samples<'_>, Failure> {
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
            cpus.push(Cpu { host, core, usage: cpu.cpu_usage().into(), frequency: cpu.frequency(), time });
        }
        memory.push(Memory { host, used: system.used_memory(), total: system.total_memory(), time });
        let mut devices = BTreeMap::new(); // one disk may be mounted in several places
        for disk in &disks {
            let name = if disk.name().is_empty() { disk.mount_point().as_os_str() } else { disk.name() };
            let name = name.to_string_lossy().replace('\\', "/"); // no tag may end with a backslash
            let usage = disk.usage();
            devices.insert(("disk", name), (usage.total_read_bytes, usage.total_written_bytes));
        }
        for (name, data) in &networks {
            devices.insert(("network", name.clone()), (data.total_received(), data.total_transmitted()));
        }
        for ((kind, device), (incoming, outgoing)) in devices {
            traffic.push(Traffic { host, kind, device, incoming, outgoing, time });
        }
    }
    Ok((cpus, memory, traffic))
}

/// As many records as asked for: the readings, then the same again, ever further in the past.
fn replayed<R: Clone>(mut records: Vec<R>, wanted: usize, shift: impl Fn(&mut R, i64)) -> Vec<R> {
    for n in 0..wanted.saturating_sub(records.len()) {
        let Some(mut record) = records.get(n).cloned() else { break };
        shift(&mut record, REPLAY);
        records.push(record);
    }
    records
}

struct Load {
    client: Client,
    bucket: String,
    bar: ProgressBar,
    /// What [`TestServer::hash`] is if exactly these lines are stored.
    hash: u64,
    rows: Vec<Row>,
}

/// What was written of one measurement.
struct Row {
    measurement: &'static str,
    records: u64,
    bytes: u64,
    took: Duration,
}

impl Load {
    async fn write(
        &mut self,
        measurement: &'static str,
        records: &[impl Measurement],
    ) -> Result<(), Failure> {
        let mut row = Row { measurement, records: 0, bytes: 0, took: Duration::ZERO };
        for chunk in records.chunks(10_000) {
            let mut lines = LineBuffer::new(); // once more, to know what the server should have
            chunk.iter().try_for_each(|record| lines.push(record))?;
            self.hash = lines.iter().map(line_hash).fold(self.hash, u64::wrapping_add);

            let started = Instant::now();
            let report = self.client.write(&self.bucket, chunk).await?;
            row.took += started.elapsed();
            row.records += report.lines;
            row.bytes += report.bytes;
            self.bar.inc(report.lines);
        }
        self.rows.push(row);
        Ok(())
    }

    /// Prints what was written; series and points as the embedded server has them, if there is one.
    fn print(&self, embedded: Option<&TestServer>) {
        println!("{:<12}{:>8}{:>10}{:>12}{:>14}", "measurement", "series", "points", "rows/s", "bytes");
        for row in &self.rows {
            let (mut series, mut points) = ("-".to_owned(), row.records);
            if let Some(server) = embedded {
                let mut stored = server.counts(&self.bucket);
                stored.retain(|series, _| series.split(',').next() == Some(row.measurement));
                (series, points) = (stored.len().to_string(), stored.values().sum());
            }
            let speed = row.records as f64 / row.took.as_secs_f64();
            println!("{:<12}{series:>8}{points:>10}{speed:>12.0}{:>14}", row.measurement, row.bytes);
        }
        if embedded.is_none() {
            println!("points are those that the server acknowledged; nothing was read back");
        }
    }

    /// Compares the readings point by point, and their replays by count and by the hash of all lines.
    fn compare(self, server: &TestServer, expected: &[StoredPoint]) -> Result<(), Failure> {
        let points = server.points(&self.bucket);
        let written: u64 = self.rows.iter().map(|row| row.records).sum();
        let stored: BTreeMap<_, _> = points.iter().map(|p| ((&p.measurement, &p.tags, p.time), p)).collect();
        let same = |p: &StoredPoint| stored.get(&(&p.measurement, &p.tags, p.time)) == Some(&p);
        if !expected.iter().all(same)
            || points.len() as u64 != written
            || server.hash(&self.bucket) != self.hash
        {
            return Err("the embedded server has not stored what was written".into());
        }
        println!(
            "compared: {} readings value by value, all {} points by count and by a hash of their lines, in {} series",
            expected.len(),
            points.len(),
            server.series(&self.bucket).len(),
        );
        Ok(())
    }
}

impl Cpu<'_> {
    fn stored(&self) -> StoredPoint {
        let point =
            StoredPoint::new("cpu", self.time.0).tag("host", self.host).tag("core", self.core.to_string());
        point.field("usage", self.usage).field("frequency", self.frequency)
    }
}

impl Memory<'_> {
    fn stored(&self) -> StoredPoint {
        let point = StoredPoint::new("memory", self.time.0).tag("host", self.host);
        point.field("used", self.used).field("total", self.total)
    }
}

impl Traffic<'_> {
    fn stored(&self) -> StoredPoint {
        let point = StoredPoint::new("io", self.time.0).tag("host", self.host).tag("kind", self.kind);
        point.tag("device", &*self.device).field("in", self.incoming).field("out", self.outgoing)
    }
}

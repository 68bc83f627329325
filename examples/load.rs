//! Loads a folder of Parquet files that is larger than memory should be, is killed on the way, and goes on where it ended.
//!
//! `cargo run --release --example load --features frame -- --rows 20000000` makes the folder in a temporary one, and
//! loads it in a process of its own into an embedded server in this one. That process is killed (SIGKILL) at
//! `--kill-at 40%` and started again. In the end each row group must have come whole, before the kill or after it, and
//! what came after it must be byte for byte what the rows are; if not, the program fails.
//!
//! Set `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`, `INFLUXDB_V2_ORG` and, if it is not `load`, `INFLUXDB_V2_BUCKET` to
//! load into a real server, of which only the report is checked.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, iter, process};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray};
use indicatif::{ProgressBar, ProgressStyle};
use influx_core::testing::{TestServer, line_hash};
use influx_core::{Client, LineBuffer, Nanos, Point};
use influx_frame::load::{LoadReport, Progress};
use influx_frame::{ClientLoadExt, Files, Roles};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

type Failure = Box<dyn Error>;

const GROUP: u64 = 131_072; // rows of a row group
const GROUPS: u64 = 8; // row groups of a file
const START: i64 = 1_700_000_000_000_000_000;
const STEP: i64 = 1_000_000; // one row a millisecond

struct Options {
    rows: u64,
    /// In percent; `None`: never.
    kill_at: Option<u64>,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let done = match arguments.next().as_deref() {
        // this is the process that is killed
        Some("--load") => arguments.next().ok_or_else(|| "--load needs a folder".into()).and_then(|folder| {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(load(Path::new(&folder)))
        }),
        _ => options(env::args().skip(1)).and_then(|options| run(&options)),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    let chain = iter::successors(Some(&*error as &dyn Error), |error| (*error).source());
    eprintln!("error: {}", chain.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    ExitCode::FAILURE
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options = Options { rows: 1_000_000, kill_at: Some(40) };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--rows" => options.rows = value.parse()?,
            "--kill-at" if value == "never" => options.kill_at = None,
            "--kill-at" => options.kill_at = Some(value.trim_end_matches('%').parse()?),
            _ => return Err(format!("{name} is no option: --rows 20000000, --kill-at 40%").into()),
        }
    }
    Ok(options)
}

// === The load, in a process of its own ===

async fn load(folder: &Path) -> Result<(), Failure> {
    let client = Client::from_env()?;
    let roles = Roles::new("machine").tag("batch").time("at");
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {percent:>3}% {bytes}/{total_bytes} in {elapsed}, {msg}",
    )?);
    let shown = bar.clone();
    let load = client
        .load(bucket(), Files::parquet(folder), &roles)
        .manifest(folder.with_extension("manifest"))
        .on_progress(move |progress| show(&shown, progress));
    let report: LoadReport = load.await?;
    bar.finish();
    println!("{report}");
    println!(
        "{} chunks, {} of them by the run before; {} requests, {} repeated",
        report.chunks, report.chunks_before, report.requests, report.retries
    );
    let rows = report.rows - report.rows_before;
    println!(
        "{:.0} rows/s; peak memory {}",
        rows as f64 / report.elapsed.as_secs_f64(),
        peak_memory().unwrap_or_else(|| "unknown".to_owned())
    );
    Ok(())
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_length(progress.bytes_total);
    bar.set_position(progress.bytes);
    let left = progress.remaining().map_or_else(|| "?".to_owned(), |left| left.as_secs().to_string());
    bar.set_message(format!(
        "{} rows, {:.0} rows/s, {left} s left",
        progress.rows,
        progress.rows_per_second()
    ));
}

/// What Linux says of this process: the most that it had in memory.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(format!("{} MiB", kibibytes / 1024))
}

fn bucket() -> String {
    env::var("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "load".to_owned())
}

// === What is around it: the files, the server, the kill ===

/// A folder that is gone when this is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let folder = Folder(env::temp_dir().join(format!("influx-load-{}", process::id())));
    let data = folder.0.join("data");
    let started = Instant::now();
    let (files, bytes) = write_files(&data, options.rows)?;
    println!(
        "{files} files with {} rows, {} MB, made in {:.1} s",
        options.rows,
        bytes / 1_000_000,
        started.elapsed().as_secs_f64()
    );
    let server = match env::var_os("INFLUXDB_V2_URL") {
        Some(_) => None,
        None => Some(TestServer::counting()?),
    };
    let mut child = start(&data, server.as_ref())?;
    let killed = match options.kill_at {
        Some(percent) => kill_at(&mut child, &data.with_extension("manifest"), options.rows * percent / 100)?,
        None => false,
    };
    let before = server.as_ref().map(|server| (settled(server), server.hash(&bucket())));
    if killed {
        println!("\nkilled; started again");
        child = start(&data, server.as_ref())?;
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("the load ended with {status}").into());
    }
    match (server, before) {
        (Some(server), Some((before, hash))) => check(&server, options.rows, killed, &before, hash),
        _ => Ok(()),
    }
}

fn start(data: &Path, server: Option<&TestServer>) -> Result<Child, Failure> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("--load").arg(data);
    if let Some(server) = server {
        command.env("INFLUXDB_V2_URL", server.url()).env("INFLUXDB_V2_ORG", "load");
        command.env("INFLUXDB_V2_TOKEN", "load");
    }
    Ok(command.spawn()?)
}

/// Kills the process once so many rows are done by its manifest; `false`: it was faster.
fn kill_at(child: &mut Child, manifest: &Path, rows: u64) -> Result<bool, Failure> {
    loop {
        if child.try_wait()?.is_some() {
            return Ok(false);
        }
        // a header, and a line for each row group
        let lines = fs::read_to_string(manifest).map_or(0, |text| text.lines().count() as u64);
        if lines > 1 && (lines - 1) * GROUP >= rows {
            child.kill()?;
            child.wait()?;
            return Ok(true);
        }
        sleep(Duration::from_millis(2));
    }
}

/// How many lines the server has of each series, once it has read what was on its way.
fn settled(server: &TestServer) -> BTreeMap<String, u64> {
    let mut lines = server.lines_received();
    loop {
        sleep(Duration::from_millis(200));
        if server.lines_received() == lines {
            return server.counts(&bucket());
        }
        lines = server.lines_received();
    }
}

/// Each row group is a series: it came whole before the kill, or whole after it.
fn check(
    server: &TestServer,
    rows: u64,
    killed: bool,
    before: &BTreeMap<String, u64>,
    hash_before: u64,
) -> Result<(), Failure> {
    let before = if killed { before.clone() } else { BTreeMap::new() };
    let hash_before = if killed { hash_before } else { 0 };
    let after = server.counts(&bucket());
    let (mut whole_before, mut twice, mut expected) = (0, 0, 0_u64);
    for group in 0..rows.div_ceil(GROUP) {
        let series = format!("machine,batch={}", batch_name(group));
        let range = group * GROUP..rows.min((group + 1) * GROUP);
        let size = range.end - range.start;
        let count = |counts: &BTreeMap<String, u64>| counts.get(&series).copied().unwrap_or_default();
        let (first, all) = (count(&before), count(&after));
        match all - first {
            0 if first == size => whole_before += 1,
            second if second == size => {
                twice += first;
                expected = expected.wrapping_add(hash_of(range)?);
            }
            second => {
                return Err(format!("{series}: {first} rows, then {second}, and not {size}").into());
            }
        }
    }
    if after.len() as u64 != rows.div_ceil(GROUP) {
        return Err("there are series that nobody wrote".into());
    }
    if server.hash(&bucket()).wrapping_sub(hash_before) != expected {
        return Err("other lines came than those of the rows".into());
    }
    println!(
        "exactly the {rows} rows are stored: {whole_before} row groups before the kill, the others after it; {twice} \
         rows of these came twice"
    );
    Ok(())
}

// === The rows: each can be told from its number ===

fn batch_name(group: u64) -> String {
    format!("b{group:05}")
}

/// A number without structure, between 0 and 100.
fn noise(row: u64, column: u64) -> f64 {
    let mut bits = (row * 4 + column).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 * 100.0
}

fn temperature(row: u64) -> f64 {
    (noise(row, 0) * 10.0).round() / 10.0
}

fn count(row: u64) -> i64 {
    (row % 1_000) as i64
}

fn time(row: u64) -> i64 {
    START + row as i64 * STEP
}

/// The sum of the hashes of the lines that these rows are.
fn hash_of(rows: Range<u64>) -> Result<u64, Failure> {
    let (mut lines, mut sum) = (LineBuffer::new(), 0_u64);
    for row in rows {
        lines.clear();
        let point = Point::new("machine").tag("batch", batch_name(row / GROUP));
        let point = point.field("temperature", temperature(row)).field("load", noise(row, 1));
        lines.push(
            &point.field("pressure", noise(row, 2)).field("count", count(row)).time(Nanos(time(row))),
        )?;
        sum = sum.wrapping_add(line_hash(lines.line(0).unwrap_or_default()));
    }
    Ok(sum)
}

fn batch(group: u64, rows: Range<u64>) -> Result<RecordBatch, Failure> {
    let name = batch_name(group);
    let floats = |of: fn(u64) -> f64| Arc::new(Float64Array::from_iter_values(rows.clone().map(of)));
    let times = TimestampNanosecondArray::from_iter_values(rows.clone().map(time)).with_timezone("UTC");
    let columns: [(&str, ArrayRef); 6] = [
        ("batch", Arc::new(StringArray::from_iter_values(rows.clone().map(|_| &name)))),
        ("temperature", floats(temperature)),
        ("load", floats(|row| noise(row, 1))),
        ("pressure", floats(|row| noise(row, 2))),
        ("count", Arc::new(Int64Array::from_iter_values(rows.clone().map(count)))),
        ("at", Arc::new(times)),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// Writes the folder; how many files it has, and how many bytes.
fn write_files(folder: &Path, rows: u64) -> Result<(u64, u64), Failure> {
    fs::create_dir_all(folder)?;
    let groups = rows.div_ceil(GROUP);
    let files = groups.div_ceil(GROUPS);
    let mut bytes = 0;
    for file in 0..files {
        let path = folder.join(format!("part-{file:05}.parquet"));
        let properties =
            WriterProperties::builder().set_max_row_group_row_count(Some(GROUP as usize)).build();
        let schema = batch(0, 0..0)?.schema();
        let mut writer = ArrowWriter::try_new(File::create(&path)?, schema, Some(properties))?;
        for group in file * GROUPS..groups.min((file + 1) * GROUPS) {
            writer.write(&batch(group, group * GROUP..rows.min((group + 1) * GROUP))?)?;
        }
        writer.close()?;
        bytes += fs::metadata(&path)?.len();
    }
    Ok((files, bytes))
}

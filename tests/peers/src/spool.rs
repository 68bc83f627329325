//! The spool: appending beside writing the same bytes to a file, writing while the server is down, and sending what came
//! together meanwhile.

mod append;
mod outage;

use crate::writer::Failure;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

// The promises, with their units.
const OF_RAW: f64 = 0.7; // of the bytes a second that writing and fdatasync alone reach
const CALL_P99: f64 = 20e6; // ns, of a `write` while the server is down
const OF_INPUT: f64 = 2.0; // times the rows a second that come in meanwhile

/// A line of the table.
struct Figure {
    what: &'static str,
    rows: u64,
    bytes: u64,
    seconds: f64,
}

/// A directory of its own where temporary files are kept; it goes when this does.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("influx-peers-{}-{name}", std::process::id()));
        std::fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `spool`: the table, then the checks; fails if one of them does.
pub(crate) fn compare(arguments: Vec<String>) -> ExitCode {
    let outcome = match arguments.first() {
        None => run(),
        Some(other) => Err(format!("spool takes no argument, and not {other:?}").into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Failure> {
    let [raw, raw_once, append] = append::measure()?;
    let outage = outage::measure()?;
    println!("what,rows,mb,seconds,rows_per_s,mb_per_s");
    for Figure { what, rows, bytes, seconds } in [&raw, &raw_once, &append, &outage.input, &outage.drain] {
        let (mb, rows_per_s) = (*bytes as f64 / 1e6, *rows as f64 / seconds);
        println!("{what},{rows},{mb:.1},{seconds:.3},{rows_per_s:.0},{:.1}", mb / seconds);
    }
    let rate = |figure: &Figure| figure.bytes as f64 / figure.seconds;
    let of_raw = rate(&append) / rate(&raw);
    println!("# append / raw, fdatasync once in the end = {:.2}", rate(&append) / rate(&raw_once));
    let appends = check(&format!("append / raw = {of_raw:.2}"), of_raw >= OF_RAW, &format!(">= {OF_RAW}"));
    for (power, calls) in outage.calls.powers() {
        println!("# write() up to {power} ns: {calls} calls");
    }
    let [median, p99, most] = [0.5, 0.99, 1.0].map(|share| outage.calls.quantile(share));
    println!("# write() while the server is down: p50 {median} ns, at most {most} ns");
    let what = format!("write() while the server is down: p99 {p99} ns");
    let calls = check(&what, (p99 as f64) < CALL_P99, &format!("< {CALL_P99}"));
    let of_input = (outage.drain.rows as f64 / outage.drain.seconds) / outage::RATE as f64;
    let drains =
        check(&format!("drain / input = {of_input:.1}"), of_input >= OF_INPUT, &format!(">= {OF_INPUT}"));
    Ok(appends && calls && drains)
}

fn check(what: &str, holds: bool, bound: &str) -> bool {
    println!("# {}: {what} ({bound})", if holds { "PASS" } else { "FAIL" });
    holds
}

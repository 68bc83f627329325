//! The writers: each contender in a process of its own, in turns, against one sink in this process, so that what a
//! process costs is what its contender costs.

mod child;
mod contender;
mod histogram;
mod memory;
mod process;
mod report;
mod sink;

pub(crate) use child::contend;
pub(crate) use contender::OURS;
pub(crate) use histogram::Histogram;
#[cfg(feature = "frame")]
pub(crate) use memory::peak_kib;
pub(crate) use process::has_python;
#[cfg(feature = "frame")]
pub(crate) use process::numbers;

use self::process::{Process, Round};
use self::sink::Sink;
use crate::data::{self, Doubles};
use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong here is fatal, and only printed.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

/// What the names of those begin with that run in Python.
const PYTHON: &str = "python-";

/// What came of one contender.
struct Figure {
    contender: &'static str,
    rounds: Vec<Round>,
    /// Of a row as line protocol, before any compression.
    bytes_per_row: f64,
    peak_rss_kib: u64,
    /// What the contender itself has to say.
    notes: Vec<String>,
}

/// `writer [--long] [contender …]`: the table, then the checks; fails if one of them does.
pub(crate) fn compare(mut arguments: Vec<String>) -> ExitCode {
    let long = arguments.iter().any(|argument| argument == "--long");
    arguments.retain(|argument| argument != "--long");
    match run(&arguments, long) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What one contender made of the rows.
type Verified = (&'static str, Result<(), Failure>);

/// What everyone makes of the rows, sent once; nothing is measured.
pub(crate) fn verify() -> Result<Vec<Verified>, Failure> {
    let sink = Sink::start()?;
    let rows = data::cpu(Doubles::Full);
    let names = taking_part(&[]).into_iter();
    Ok(names
        .map(|name| (name, Process::start(name, &sink, &rows).and_then(Process::end).map(drop)))
        .collect())
}

/// Those that are named, or all; without the Python ones where there is no Python client.
fn taking_part(named: &[String]) -> Vec<&'static str> {
    let mut names: Vec<_> = contender::NAMES.into_iter().chain(contender::BESIDE).collect();
    names.retain(|name| named.is_empty() || named.iter().any(|one| one == name));
    let python = |name: &&str| name.starts_with(PYTHON);
    if names.iter().any(python) && !has_python() {
        names.retain(|name| !python(name));
    }
    names
}

fn run(named: &[String], long: bool) -> Result<bool, Failure> {
    let known = contender::NAMES.into_iter().chain(contender::BESIDE);
    if let Some(unknown) = named.iter().find(|name| !known.clone().any(|known| known == *name)) {
        let known: Vec<_> = known.collect();
        return Err(format!("unknown contender {unknown:?}; there are: {}", known.join(", ")).into());
    }
    let sink = Sink::start()?;
    let rows = data::cpu(Doubles::Full);
    if long {
        return report::long(&Process::start("writer", &sink, &rows)?.long(LONG)?);
    }
    let mut processes = Vec::new();
    for name in taking_part(named) {
        eprintln!("starting {name} …");
        processes.push(Process::start(name, &sink, &rows)?);
    }
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS} …");
        for process in &mut processes {
            process.round(ROUND, &sink)?;
        }
    }
    let figures = processes.into_iter().map(Process::end).collect::<Result<Vec<_>, _>>()?;
    report::csv(&figures);
    Ok(report::checks(&figures))
}

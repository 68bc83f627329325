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

use self::process::{Process, Round};
use self::sink::Sink;
use crate::data::{self, Doubles};
use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong here is fatal, and only printed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

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

fn run(named: &[String], long: bool) -> Result<bool, Failure> {
    let names = contender::NAMES.iter().chain(&contender::BESIDE);
    if let Some(unknown) = named.iter().find(|name| !names.clone().any(|known| known == name)) {
        let known: Vec<_> = names.copied().collect();
        return Err(format!("unknown contender {unknown:?}; there are: {}", known.join(", ")).into());
    }
    let sink = Sink::start()?;
    let rows = data::cpu(Doubles::Full);
    if long {
        return report::long(&Process::start("writer", &sink, &rows)?.long(LONG)?);
    }
    let with_python = process::has_python();
    let mut taking_part: Vec<&'static str> = names.copied().collect();
    taking_part.retain(|name| named.is_empty() || named.iter().any(|one| one == name));
    taking_part.retain(|name| with_python || !name.starts_with("python-"));
    let mut processes = Vec::new();
    for name in taking_part {
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

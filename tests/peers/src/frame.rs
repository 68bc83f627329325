//! Frames into line protocol: a million rows of twelve columns, by this library and by others, each in a process of its
//! own, in turns.

mod child;
mod contender;
mod data;
mod process;
mod python;
mod report;
mod verify;

pub(crate) use child::contend;

use self::process::Process;
use crate::data::Doubles;
use std::process::ExitCode;

/// What can go wrong here is fatal, and only printed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 7;

/// What takes part, and on how many threads.
const CONTENDERS: [(&str, usize); 10] = [
    ("polars", 1),
    ("polars-strings", 1),
    ("arrow", 1),
    ("floor", 1),
    ("influxdb3-client", 1),
    ("polars-csv", 1),
    ("polars", 2),
    ("arrow", 2),
    ("polars-csv", 2),
    (PYTHON, 1),
];
/// The one that is no process of this program.
const PYTHON: &str = "python";

/// What came of one contender.
struct Figure {
    data: Doubles,
    contender: &'static str,
    threads: usize,
    rounds: Vec<Round>,
    bytes_per_row: f64,
    peak_rss_kib: u64,
}

/// One measurement, of all rows.
#[derive(Clone, Copy)]
struct Round {
    rows: f64,
    wall_ns: f64,
    cpu_ns: f64,
}

/// `frame [contender …]`: the table, then the checks; fails if one of them does.
pub(crate) fn compare(named: Vec<String>) -> ExitCode {
    match run(&named) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(named: &[String]) -> Result<bool, Failure> {
    if let Some(unknown) = named.iter().find(|name| !CONTENDERS.iter().any(|(known, _)| known == name)) {
        let mut known: Vec<_> = CONTENDERS.iter().map(|(name, _)| *name).collect();
        known.dedup();
        return Err(format!("unknown contender {unknown:?}; there are: {}", known.join(", ")).into());
    }
    let takes_part = |name: &str| named.is_empty() || named.iter().any(|one| one == name);
    let mut figures = Vec::new();
    for data in Doubles::ALL {
        let mut processes = Vec::new();
        for (name, threads) in CONTENDERS {
            if takes_part(name) && name != PYTHON {
                eprintln!("{}: {name} on {threads} …", data.name());
                processes.push(Process::start(data, name, threads)?);
            }
        }
        for round in 1..=ROUNDS {
            eprintln!("{}: round {round} of {ROUNDS} …", data.name());
            for process in &mut processes {
                process.round()?;
            }
        }
        for process in processes {
            figures.push(process.end()?);
        }
        if takes_part(PYTHON) {
            figures.extend(python::fastest(data)?);
        }
    }
    report::csv(&figures);
    Ok(report::checks(&figures))
}

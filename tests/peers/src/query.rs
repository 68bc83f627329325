//! Reading rows: a million of them in annotated CSV, from memory, by this library and by others.

pub(crate) mod answer;
mod influxdb2;
pub(crate) mod ours;
pub(crate) mod python;
mod report;

use self::answer::{Answer, Sum};
use crate::alloc;
use cpu_time::ThreadTime;
use std::process::ExitCode;

/// What can go wrong here is fatal, and only printed.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 5;

/// Those in this process, in the order of the table.
const NAMES: [&str; 4] = ["ours-typed", "ours-owned", "ours-record", "influxdb2"];
/// The one in a process of its own.
const PYTHON: &str = "python";

/// Reads an answer, and adds up what is in it.
trait Reading {
    fn read(&mut self) -> Result<Sum, Failure>;
}

/// What came of one contender.
struct Figure {
    contender: &'static str,
    /// Of CPU, in each round.
    seconds: Vec<f64>,
    /// Of the last round; none where they cannot be counted.
    allocs: Option<u64>,
}

/// `query [contender …]`: the table, then the checks; fails if one of them does.
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
    let known = || NAMES.into_iter().chain([PYTHON]);
    if let Some(unknown) = named.iter().find(|name| !known().any(|known| known == *name)) {
        let known: Vec<_> = known().collect();
        return Err(format!("unknown contender {unknown:?}; there are: {}", known.join(", ")).into());
    }
    let takes_part = |name: &str| named.is_empty() || named.iter().any(|one| one == name);
    let answer = Answer::new();
    eprintln!("{} rows, {:.0} MB", answer.sum.rows, answer.text.len() as f64 / 1e6);
    let mut contenders = Vec::new();
    for name in NAMES.into_iter().filter(|name| takes_part(name)) {
        let reading: Box<dyn Reading> = match name {
            "influxdb2" => Box::new(influxdb2::Records::new(&answer)?),
            _ => Box::new(ours::Ours::new(name, &answer)?),
        };
        contenders.push((reading, Figure { contender: name, seconds: Vec::new(), allocs: None }));
    }
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS} …");
        for (reading, figure) in &mut contenders {
            let (calls, clock) = (alloc::calls(), ThreadTime::now());
            let sum = reading.read()?;
            figure.seconds.push(clock.elapsed().as_secs_f64());
            figure.allocs = Some(alloc::calls() - calls);
            answer.sum.check(figure.contender, &sum)?;
        }
    }
    let mut figures: Vec<_> = contenders.into_iter().map(|(_, figure)| figure).collect();
    if takes_part(PYTHON) && crate::writer::has_python() {
        eprintln!("{PYTHON} …");
        let (sum, seconds) = python::read(&answer)?;
        answer.sum.check(PYTHON, &sum)?;
        figures.push(Figure { contender: PYTHON, seconds: vec![seconds], allocs: None });
    }
    report::csv(&answer, &figures);
    Ok(report::checks(&answer, &figures))
}

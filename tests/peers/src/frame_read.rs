//! Reading frames: a million rows in annotated CSV, from memory, by this library and by the official Python client.

mod ours;
mod python;

use crate::query::answer::{Answer, Sum};
use cpu_time::ThreadTime;
use std::process::ExitCode;

/// What can go wrong here is fatal, and only printed.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 5;

/// Those in this process, in the order of the table.
const NAMES: [&str; 2] = ["polars", "arrow"];
/// The one in a process of its own: `query_data_frame`.
const PYTHON: &str = "python";

/// How many times more rows a second than Python.
const TIMES_FASTER: f64 = 10.0;

/// What came of one contender.
struct Figure {
    contender: &'static str,
    /// Of CPU, in each round.
    seconds: Vec<f64>,
}

/// `frame-read [contender …]`: the table, then the checks; fails if one of them does.
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
    let mut reader = ours::Reader::new(&answer)?;
    let names = NAMES.into_iter().filter(|name| takes_part(name));
    let mut figures: Vec<_> = names.map(|contender| Figure { contender, seconds: Vec::new() }).collect();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS} …");
        for figure in &mut figures {
            let clock = ThreadTime::now();
            let frame = reader.read(figure.contender)?;
            figure.seconds.push(clock.elapsed().as_secs_f64());
            answer.sum.check(figure.contender, &frame.sum()?)?;
        }
    }
    if takes_part(PYTHON) && crate::writer::has_python() {
        eprintln!("{PYTHON} …");
        match python::read(&answer)? {
            Some((sum, seconds)) => {
                answer.sum.check(PYTHON, &sum)?;
                figures.push(Figure { contender: PYTHON, seconds: vec![seconds] });
            }
            None => eprintln!("{PYTHON} does not take part: pip install influxdb-client==1.50.0 pandas"),
        }
    }
    println!("contender,ns_per_row,rows_per_s,mb_per_s");
    for figure in &figures {
        let seconds = figure.median();
        let (rows, bytes) = (answer.sum.rows as f64, answer.text.len() as f64);
        let (ns, rows_per_s, mb_per_s) = (seconds * 1e9 / rows, rows / seconds, bytes / seconds / 1e6);
        println!("{},{ns:.1},{rows_per_s:.0},{mb_per_s:.1}", figure.contender);
    }
    Ok(checks(&figures))
}

/// What was promised of whoever took part, in lines that begin with `#`; whether all of it holds.
fn checks(figures: &[Figure]) -> bool {
    let Some(python) = figures.iter().find(|figure| figure.contender == PYTHON) else { return true };
    let mut all = true;
    for ours in figures.iter().filter(|figure| figure.contender != PYTHON) {
        let ratio = python.median() / ours.median();
        let holds = ratio >= TIMES_FASTER;
        let verdict = if holds { "PASS" } else { "FAIL" };
        println!("# {} / {PYTHON} = {ratio:.1} (>= {TIMES_FASTER}): {verdict}", ours.contender);
        all &= holds;
    }
    all
}

impl Figure {
    fn median(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    }
}

//! The other end: a process that holds one contender and runs it whenever a line on stdin says so.

use super::contender;
use super::{Failure, memory};
use cpu_time::ProcessTime;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// `contend NAME URL`; the lines it speaks are described in [`process`](super::process).
pub(crate) fn contend(arguments: Vec<String>) -> ExitCode {
    let outcome = match &*arguments {
        [name, url] => serve(name, url),
        _ => Err("contend takes the name of a contender and a URL".into()),
    };
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("error: {}: {error}", arguments.first().map_or("contend", |name| name));
    ExitCode::FAILURE
}

fn serve(name: &str, url: &str) -> Result<(), Failure> {
    let mut load = contender::load(name, url)?;
    load.run(Instant::now())?;
    say(&format!("ready {}", load.encoded()))?;
    for line in io::stdin().lines() {
        let line = line?;
        let millis = line.strip_prefix("run ").ok_or_else(|| format!("unknown order {line:?}"))?.parse()?;
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        let rows = load.run(wall + Duration::from_millis(millis))?;
        let (wall, cpu) = (wall.elapsed(), cpu.elapsed());
        say(&format!("ran {rows} {} {}", wall.as_nanos(), cpu.as_nanos()))?;
    }
    for note in load.notes() {
        say(&note)?;
    }
    say(&format!("peak {}", memory::peak_kib("self")?))
}

fn say(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

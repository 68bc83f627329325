//! The other end: a process that holds one contender and lets it encode all rows whenever a line on stdin says so.

use super::data::{self, ROWS};
use super::verify::Verify;
use super::{Failure, contender};
use crate::data::Doubles;
use crate::writer::peak_kib;
use cpu_time::ProcessTime;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Instant;

/// `contend-frame DATA NAME THREADS`; the lines it speaks are described in [`process`](super::process).
pub(crate) fn contend(arguments: Vec<String>) -> ExitCode {
    let outcome = match &*arguments {
        [data, name, threads] => serve(data, name, threads),
        _ => Err("contend-frame takes the data, the name of a contender and a number of threads".into()),
    };
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("error: {}: {error}", arguments.join(" "));
    ExitCode::FAILURE
}

fn serve(data: &str, name: &str, threads: &str) -> Result<(), Failure> {
    let doubles = Doubles::ALL.into_iter().find(|doubles| doubles.name() == data).ok_or("unknown data")?;
    let mut contender = contender::contender(name, doubles, threads.parse()?)?;
    let mut verify = Verify::new(data::rows(doubles, ROWS));
    let (mut bytes, mut lines) = (0, 0);
    contender.encode(&mut |text| {
        bytes += text.len();
        lines += text.bytes().filter(|byte| *byte == b'\n').count();
        if contender::is_line_protocol(name) { verify.lines(text) } else { Ok(()) }
    })?;
    match contender::is_line_protocol(name) {
        true => verify.end()?,
        // a line of names, and one for each row
        false if lines == ROWS + 1 => {}
        false => return Err(format!("{lines} lines").into()),
    }
    say(&format!("ready {bytes}"))?;
    for line in io::stdin().lines() {
        line?;
        let (cpu, wall, mut written) = (ProcessTime::now(), Instant::now(), 0);
        contender.encode(&mut |text| {
            written += text.len();
            Ok(())
        })?;
        let (wall, cpu) = (wall.elapsed(), cpu.elapsed());
        if written != bytes {
            return Err(format!("{written} bytes and not {bytes}").into());
        }
        say(&format!("ran {ROWS} {} {}", wall.as_nanos(), cpu.as_nanos()))?;
    }
    say(&format!("peak {}", peak_kib("self")?))
}

fn say(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

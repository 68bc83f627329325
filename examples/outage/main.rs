//! A server that is down for half a minute and a writer that is killed meanwhile: what was durable is stored in the end.
//!
//! `cargo run --release --example outage --features spool` runs the embedded server and a process that writes 50,000
//! records a second for a minute into a writer with a spool, and tells which of them are durable. The server goes down
//! for 30 s. In the middle of that the process is killed (SIGKILL) and started again. In the end everything that was
//! durable must be stored, everything that is stored must have been written, and nothing may be stored twice with
//! different values; if not, the program fails.
//!
//! `-- --seconds 10 --rate 50000 --down 5` makes it shorter.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod child;
mod ledger;
mod parent;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, iter};

type Failure = Box<dyn Error + Send + Sync>;

/// The bucket of this example.
const BUCKET: &str = "outage";

/// How long it takes, and how much is written.
struct Options {
    /// How long records are written, by both processes together.
    seconds: Duration,
    /// How many of them a second.
    rate: u64,
    /// How long the server is down.
    down: Duration,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).peekable();
    let done = match arguments.next_if(|first| first == child::MARK) {
        // this is the process that is killed
        Some(_) => child::run(arguments),
        None => options(arguments).and_then(|options| parent::run(&options)),
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    let chain = iter::successors(Some(&*error as &dyn Error), |error| (*error).source());
    eprintln!("error: {}", chain.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    ExitCode::FAILURE
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options =
        Options { seconds: Duration::from_secs(60), rate: 50_000, down: Duration::from_secs(30) };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|error| format!("{name} {value}: {error}"));
        match name.as_str() {
            "--seconds" => options.seconds = Duration::from_secs(number()?),
            "--rate" => options.rate = number()?,
            "--down" => options.down = Duration::from_secs(number()?),
            _ => return Err(format!("{name} is no option: --seconds 60, --rate 50000, --down 30").into()),
        }
    }
    if options.down >= options.seconds || options.rate == 0 {
        return Err("the server must be down for less than is written, and something must be written".into());
    }
    Ok(options)
}

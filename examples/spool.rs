//! Looks at the spool of a writer that does not run: how much is in it, how old that is, whether it can be read, and
//! the records themselves.
//!
//! ```sh
//! cargo run --release --example spool --features spool -- count /var/spool/meters
//! cargo run --release --example spool --features spool -- oldest /var/spool/meters
//! cargo run --release --example spool --features spool -- verify /var/spool/meters
//! cargo run --release --example spool --features spool -- export /var/spool/meters > records.lp
//! ```
//!
//! It changes nothing. What it finds goes to stdout; it fails if the spool cannot be opened, such as while a writer
//! has it, and `verify` and `export` fail if records are lost.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, iter};

use influx_core::write::Spool;

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "spool verify|count|export|oldest DIRECTORY";

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let chain = iter::successors(Some(&*error as &dyn Error), |error| (*error).source());
            eprintln!("error: {}", chain.map(ToString::to_string).collect::<Vec<_>>().join(": "));
            ExitCode::FAILURE
        }
    }
}

/// Does what is asked for; whether all is well.
fn run(arguments: &[String]) -> Result<bool, Failure> {
    let [what, directory] = arguments else { return Err(USAGE.into()) };
    match what.as_str() {
        "count" => count(&Spool::open(directory)?),
        "oldest" => oldest(&Spool::open(directory)?),
        "verify" => verify(&Spool::open(directory)?),
        "export" => export(&Spool::open(directory)?),
        _ => Err(USAGE.into()),
    }
}

fn count(spool: &Spool) -> Result<bool, Failure> {
    let counts = spool.counts()?;
    println!("{} records in {} batches, {} bytes", counts.records, counts.frames, counts.bytes);
    for of in &counts.destinations {
        let name = of.destination.name();
        println!("  for {name:?}: {} records in {} batches, {} bytes", of.records, of.frames, of.bytes);
    }
    Ok(true)
}

fn oldest(spool: &Spool) -> Result<bool, Failure> {
    let Some(oldest) = spool.oldest()? else {
        println!("there is nothing in it");
        return Ok(true);
    };
    let since = oldest.duration_since(SystemTime::UNIX_EPOCH)?;
    let age = SystemTime::now().duration_since(oldest).unwrap_or_default();
    println!("written {:.3} s after 1970, {:.1} s ago", since.as_secs_f64(), age.as_secs_f64());
    Ok(true)
}

fn verify(spool: &Spool) -> Result<bool, Failure> {
    let report = spool.verify()?;
    println!("{report}");
    Ok(report.is_sound())
}

fn export(spool: &Spool) -> Result<bool, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let report = spool.export(&mut out, None)?;
    out.flush()?;
    eprintln!("{report}");
    Ok(report.is_sound())
}

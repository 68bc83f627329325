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

#![allow(clippy::print_stderr)]

use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::SystemTime;
use std::{env, iter};

use influx_core::write::Spool;

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "spool verify|count|export|oldest DIRECTORY";

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    match run(&env::args().skip(1).collect::<Vec<_>>(), &mut out) {
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
fn run(arguments: &[String], out: &mut impl Write) -> Result<bool, Failure> {
    let [what, directory] = arguments else { return Err(USAGE.into()) };
    let sound = match what.as_str() {
        "count" => count(&Spool::open(directory)?, out),
        "oldest" => oldest(&Spool::open(directory)?, out),
        "verify" => verify(&Spool::open(directory)?, out),
        "export" => export(&Spool::open(directory)?, out),
        _ => Err(USAGE.into()),
    }?;
    out.flush()?;
    Ok(sound)
}

fn count(spool: &Spool, out: &mut impl Write) -> Result<bool, Failure> {
    let counts = spool.counts()?;
    writeln!(out, "{} records in {} batches, {} bytes", counts.records, counts.frames, counts.bytes)?;
    for of in &counts.destinations {
        let name = of.destination.name();
        writeln!(out, "  for {name:?}: {} records in {} batches, {} bytes", of.records, of.frames, of.bytes)?;
    }
    Ok(true)
}

fn oldest(spool: &Spool, out: &mut impl Write) -> Result<bool, Failure> {
    let Some(oldest) = spool.oldest()? else {
        writeln!(out, "there is nothing in it")?;
        return Ok(true);
    };
    let since = oldest.duration_since(SystemTime::UNIX_EPOCH)?;
    let age = SystemTime::now().duration_since(oldest).unwrap_or_default();
    writeln!(out, "written {:.3} s after 1970, {:.1} s ago", since.as_secs_f64(), age.as_secs_f64())?;
    Ok(true)
}

fn verify(spool: &Spool, out: &mut impl Write) -> Result<bool, Failure> {
    let report = spool.verify()?;
    writeln!(out, "{report}")?;
    Ok(report.is_sound())
}

fn export(spool: &Spool, out: &mut impl Write) -> Result<bool, Failure> {
    let report = spool.export(out, None)?;
    eprintln!("{report}");
    Ok(report.is_sound())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;
    use std::{fs, process};

    use influx_core::write::{SpoolOptions, WriteOptions};
    use influx_core::{Client, testing::TestServer};

    use super::*;

    /// What it prints, and whether all is well.
    fn said(what: &str, directory: &str) -> Result<(String, bool), Failure> {
        let mut out = Vec::new();
        let sound = run(&[what.to_owned(), directory.to_owned()], &mut out)?;
        Ok((String::from_utf8(out)?, sound))
    }

    #[test]
    fn each_command_shows_what_a_writer_left() -> Result<(), Failure> {
        let folder = env::temp_dir().join(format!("influx-example-spool-{}", process::id()));
        let directory = folder.to_str().ok_or("the folder's name is no text")?;
        let _ = fs::remove_dir_all(&folder);
        let server = TestServer::builder().bucket("home").start()?;
        let client = Client::builder(server.url()).org("my-org").build()?;
        server.stop();
        let options = WriteOptions::new().batch_size(2).spool(SpoolOptions::new(directory));
        let writer = client.writer_with("home", options)?;
        for line in ["climate degrees=1 1", "climate degrees=2 2", "climate degrees=3 3"] {
            writer.write(line).wait()?;
        }
        assert!(said("count", directory).is_err_and(|error| error.to_string().contains("process")));
        assert_eq!(writer.close(Duration::ZERO).wait()?.pending, 3);

        assert!(said("count", directory)?.0.contains("for \"home\": 3 records in 2 batches"));
        assert!(said("oldest", directory)?.0.starts_with("written 1"));
        let (exported, sound) = said("export", directory)?;
        assert!(exported.contains("climate degrees=1 1\nclimate degrees=2 2\n") && sound, "{exported}");
        assert!(said("verify", directory)?.1);
        let segments =
            fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        let segment =
            segments.iter().find(|path| path.to_string_lossy().contains("seg-")).ok_or("no segment")?;
        let mut bytes = fs::read(segment)?;
        *bytes.last_mut().ok_or("nothing in it")? ^= 1;
        let at = bytes.len() - 30;
        bytes[at] ^= 1;
        fs::write(segment, bytes)?;
        assert!(!said("verify", directory)?.1 && !said("export", directory)?.1, "a batch is damaged");
        assert!(said("what", directory).is_err());
        fs::remove_dir_all(&folder)?;
        Ok(())
    }
}

//! This library beside its peers, in one run: the encoder, also beside the fastest that we could write by hand,
//! the writer and its spool, the reading of rows, and with the feature `frame` frames.

mod alloc;
mod contender;
mod data;
mod floor;
#[cfg(feature = "frame")]
mod frame;
#[cfg(feature = "frame")]
mod frame_read;
mod measure;
mod query;
mod report;
mod spool;
mod verify;
mod writer;

use contender::Contender;
use data::Doubles;
use measure::Figure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None | Some("encode") => encode(std::env::args().skip(2).collect()),
        Some("verify") => verify(),
        Some("query") => query::compare(std::env::args().skip(2).collect()),
        Some("spool") => spool::compare(std::env::args().skip(2).collect()),
        Some("writer") => writer::compare(std::env::args().skip(2).collect()),
        #[cfg(feature = "frame")]
        Some("frame") => frame::compare(std::env::args().skip(2).collect()),
        #[cfg(feature = "frame")]
        Some("contend-frame") => frame::contend(std::env::args().skip(2).collect()),
        #[cfg(feature = "frame")]
        Some("frame-read") => frame_read::compare(std::env::args().skip(2).collect()),
        #[cfg(not(feature = "frame"))]
        Some("frame" | "frame-read") => {
            eprintln!("built without frames: add --features frame to cargo's arguments");
            ExitCode::FAILURE
        }
        Some("contend") => writer::contend(std::env::args().skip(2).collect()),
        Some(other) => {
            eprintln!(
                "unknown argument {other:?}; there are: encode [contender …], verify, writer [--long] [contender …], spool, query [contender …], frame [contender …], frame-read [contender …]"
            );
            ExitCode::FAILURE
        }
    }
}

/// Only whether what is written is right. A peer may be wrong; this library and the floor may not.
fn verify() -> ExitCode {
    let mut ours_wrong = false;
    for (contender, outcome) in verify::all() {
        let ours = contender::OURS.contains(&contender);
        ours_wrong |= ours && outcome.is_err();
        match outcome {
            Ok(()) => println!("right: {contender}"),
            Err(what) => println!("WRONG: {contender}: {what}"),
        }
    }
    let written = match writer::verify() {
        Ok(written) => written,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    for (contender, outcome) in written {
        ours_wrong |= writer::OURS.contains(&contender) && outcome.is_err();
        match outcome {
            Ok(()) => println!("right, sent: {contender}"),
            Err(what) => println!("WRONG, sent: {contender}: {what}"),
        }
    }
    if ours_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Measures the contenders that are named, or all; fails if one of this library's is wrong, or if one is named
/// that is not there.
fn encode(named: Vec<String>) -> ExitCode {
    let names = contender::names();
    if let Some(unknown) = named.iter().find(|name| !names.contains(&name.as_str())) {
        eprintln!("unknown contender {unknown:?}; there are: {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    let takes_part = |one: &dyn Contender| named.is_empty() || named.iter().any(|name| name == one.name());
    let mut figures = Vec::new();
    for doubles in Doubles::ALL {
        eprintln!("cpu {} …", doubles.name());
        let rows = data::cpu(doubles);
        let mut contenders = contender::cpu(&rows);
        contenders.retain(|one| takes_part(&**one));
        figures.extend(measure::run("cpu", doubles, &rows, contenders));
    }
    for doubles in Doubles::ALL {
        eprintln!("narrow {} …", doubles.name());
        let rows = data::narrow(doubles);
        let mut contenders = contender::narrow(&rows);
        contenders.retain(|one| takes_part(&**one));
        figures.extend(measure::run("narrow", doubles, &rows, contenders));
    }
    report::csv(&figures);
    report::summary(&figures, &verify::escaping());
    let ours = |figure: &Figure| contender::OURS.contains(&figure.contender);
    if figures.iter().any(|figure| ours(figure) && figure.wrong.is_some()) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

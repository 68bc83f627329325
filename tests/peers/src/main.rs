//! This library's encoder beside its peers and beside the fastest encoder we could write by hand, in one run.

mod alloc;
mod contender;
mod data;
mod floor;
mod measure;
mod report;
mod verify;

use data::Doubles;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None | Some("encode") => encode(),
        Some("verify") => return verify(),
        Some(other) => {
            eprintln!("unknown argument {other:?}; there are: encode, verify");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
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
    if ours_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn encode() {
    let mut figures = Vec::new();
    for doubles in Doubles::ALL {
        eprintln!("cpu {} …", doubles.name());
        let rows = data::cpu(doubles);
        figures.extend(measure::run("cpu", doubles, &rows, contender::cpu(&rows)));
    }
    for doubles in Doubles::ALL {
        eprintln!("narrow {} …", doubles.name());
        let rows = data::narrow(doubles);
        figures.extend(measure::run("narrow", doubles, &rows, contender::narrow(&rows)));
    }
    report::csv(&figures);
    report::summary(&figures, &verify::escaping());
}

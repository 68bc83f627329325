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
        Some(other) => {
            eprintln!("unknown argument {other:?}; there is only: encode");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
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

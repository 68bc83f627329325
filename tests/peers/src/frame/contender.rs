//! What is measured: one small file a peer, all behind one trait.

mod csv;
mod floor;
mod influxdb3;
mod ours;

use super::Failure;
use crate::data::Doubles;

/// One way of turning a frame into text.
pub(super) trait Contender {
    /// Writes all rows, and gives the text out in pieces of whole lines, which are not kept.
    fn encode(&mut self, each: Each<'_>) -> Result<(), Failure>;
}

/// Takes a piece of text.
pub(super) type Each<'e> = &'e mut dyn FnMut(&str) -> Result<(), Failure>;

/// A contender with its frame.
pub(super) fn contender(name: &str, doubles: Doubles, threads: usize) -> Result<Box<dyn Contender>, Failure> {
    Ok(match name {
        "polars" => Box::new(ours::polars(doubles, threads, true)?),
        "polars-strings" => Box::new(ours::polars(doubles, threads, false)?),
        "arrow" => Box::new(ours::arrow(doubles, threads)?),
        "floor" => Box::new(floor::Floor::new(doubles)),
        "influxdb3-client" => Box::new(influxdb3::Client::new(doubles)?),
        "polars-csv" => Box::new(csv::Csv::new(doubles, threads)?),
        other => return Err(format!("unknown contender {other:?}").into()),
    })
}

/// Whether what it writes is line protocol.
pub(super) fn is_line_protocol(name: &str) -> bool {
    name != "polars-csv"
}

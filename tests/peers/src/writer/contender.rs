//! What writes: one small file a peer, all behind one trait.

mod influxdb2;
mod influxdb3;
mod ours;
mod queued;
mod raw;

use super::Failure;
use std::time::Instant;

/// The contenders of the table, in its order. The Python ones are in `contender.py`.
pub(super) const NAMES: [&str; 9] = [
    "writer",
    "writer-gzip",
    "one-shot",
    "encode",
    "raw-post",
    "influxdb2",
    "influxdb3-client",
    "python-batching",
    "python-synchronous",
];

/// Who is beside the table: two producers, a writer that is written to at a pace and looks at the clock, and a peer in
/// another form.
pub(super) const BESIDE: [&str; 3] = ["writer-two", "writer-paced", "influxdb2-derive"];

/// Those of this library, and what they are measured with.
pub(crate) const OURS: [&str; 7] =
    ["writer", "writer-gzip", "one-shot", "encode", "raw-post", "writer-two", "writer-paced"];

/// Something that writes the rows, over and over.
pub(super) trait Load {
    /// Writes whole batches, at least one, until that time has passed; returns how many rows that were when all of
    /// them are acknowledged.
    fn run(&mut self, until: Instant) -> Result<u64, Failure>;

    /// The bytes of a batch, of who sends none.
    fn encoded(&self) -> usize {
        0
    }

    /// What it has to say at the end, in lines.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The contender of that name.
pub(super) fn load(name: &str, url: &str) -> Result<Box<dyn Load>, Failure> {
    Ok(match name {
        "writer" => Box::new(queued::Queued::new(url, queued::Form::Plain)?),
        "writer-gzip" => Box::new(queued::Queued::new(url, queued::Form::Gzip)?),
        "writer-two" => Box::new(queued::Queued::new(url, queued::Form::TwoProducers)?),
        "writer-paced" => Box::new(queued::Paced::new(url)?),
        "one-shot" => Box::new(ours::OneShot::new(url)?),
        "encode" => Box::new(ours::Encode::new()),
        "raw-post" => Box::new(raw::Post::new(url)?),
        "influxdb2" => Box::new(influxdb2::Points::new(url)?),
        "influxdb2-derive" => Box::new(influxdb2::Derived::new(url)?),
        "influxdb3-client" => Box::new(influxdb3::Write::new(url)?),
        _ => return Err(format!("there is no contender {name:?}").into()),
    })
}

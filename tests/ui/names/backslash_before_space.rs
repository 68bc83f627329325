//! No encoding of it is read alike everywhere.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("a\\ b")]
    usage: f64,
}

fn main() {}

//! No encoding of it is read alike everywhere.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a\\,b")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

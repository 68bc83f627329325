//! A line has a tag once.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("host")]
    a: String,
    #[tag("host")]
    b: String,
    #[field]
    usage: f64,
}

fn main() {}

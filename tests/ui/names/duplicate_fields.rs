//! A line has a field once.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[field("usage")]
    other: f64,
}

fn main() {}

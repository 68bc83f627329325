//! Queries could not tell them apart.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    usage: String,
    #[field("usage")]
    other: f64,
}

fn main() {}

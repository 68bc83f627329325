//! A name is a string.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(5)]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

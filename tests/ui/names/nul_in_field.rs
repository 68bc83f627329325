//! Servers refuse it.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("a\0b")]
    usage: f64,
}

fn main() {}

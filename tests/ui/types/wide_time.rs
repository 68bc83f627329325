//! A time has 64 bits.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "ns")]
    at: i128,
}

fn main() {}

//! An integer does not say its unit.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    at: Option<u64>,
}

fn main() {}

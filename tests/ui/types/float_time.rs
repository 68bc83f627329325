//! A float is no time.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "s")]
    at: f64,
}

fn main() {}

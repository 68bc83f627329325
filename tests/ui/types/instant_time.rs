//! An `Instant` has no date.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    at: std::time::Instant,
}

fn main() {}

//! This type knows its unit.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "ms")]
    at: std::time::SystemTime,
}

fn main() {}

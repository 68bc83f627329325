//! The units are listed.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "millis")]
    at: i64,
}

fn main() {}

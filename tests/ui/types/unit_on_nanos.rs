//! This type knows its unit.

use influx_core::{Measurement, Nanos};

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "ns")]
    at: Nanos,
}

fn main() {}

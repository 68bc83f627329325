//! A line has one timestamp.

use influx_core::{Measurement, Nanos};

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    first: Nanos,
    #[time]
    second: Nanos,
}

fn main() {}

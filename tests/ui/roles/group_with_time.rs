//! The record that flattens has the time.

use influx_core::{Measurement, Nanos};

#[derive(Measurement)]
#[measurement(group)]
struct Cpu {
    #[time]
    at: Nanos,
    #[field]
    usage: f64,
}

fn main() {}

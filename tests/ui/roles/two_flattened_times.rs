//! A line has one timestamp, and none of the flattened ones goes before the other.

use influx_core::{Measurement, Nanos};

#[derive(Measurement)]
struct Sample {
    #[field]
    value: f64,
    #[time]
    at: Nanos,
}

#[derive(Measurement)]
struct Pair {
    #[flatten(prefix = "first_")]
    first: Sample,
    #[flatten(prefix = "second_")]
    second: Sample,
}

fn main() {}

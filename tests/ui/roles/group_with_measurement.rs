//! The record that flattens has the name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
struct Cpu {
    #[measurement]
    which: String,
    #[field]
    usage: f64,
}

fn main() {}

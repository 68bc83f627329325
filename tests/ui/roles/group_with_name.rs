//! The record that flattens has the name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group, name = "cpu")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

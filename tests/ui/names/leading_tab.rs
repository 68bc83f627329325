//! Servers skip it.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("\tusage")]
    usage: f64,
}

fn main() {}

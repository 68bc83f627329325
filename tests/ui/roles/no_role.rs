//! Nothing is written by accident.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    core: u16,
}

fn main() {}

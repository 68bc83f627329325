//! What is wrong with a function is shown at its path.

use influx_core::Measurement;

fn is_idle(_: &f64) -> u8 {
    0
}

#[derive(Measurement)]
struct Cpu {
    #[field(skip_if = "is_idle")]
    usage: f64,
}

fn main() {}

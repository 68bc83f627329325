//! A function is named by its path.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(default = "0.0")]
    usage: f64,
}

fn main() {}

//! One of them is enough.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    #[field(as = "integer")]
    usage: f64,
}

fn main() {}

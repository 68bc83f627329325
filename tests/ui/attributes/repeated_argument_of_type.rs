//! The second of two is reported.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "a", name = "b")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

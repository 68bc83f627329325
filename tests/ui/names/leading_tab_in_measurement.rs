//! Servers skip it.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "\tcpu")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

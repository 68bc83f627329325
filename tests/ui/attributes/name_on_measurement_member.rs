//! The member is the name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[measurement(name = "n")]
    which: String,
    #[field]
    usage: f64,
}

fn main() {}

//! A line has one name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "cpu")]
struct Cpu {
    #[field]
    usage: f64,
    #[measurement]
    which: String,
}

fn main() {}

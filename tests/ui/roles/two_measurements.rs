//! A line has one name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[measurement]
    first: String,
    #[measurement]
    second: String,
}

fn main() {}

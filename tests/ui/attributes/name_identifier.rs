//! A name stands in quotes.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(name = load)]
    usage: f64,
}

fn main() {}

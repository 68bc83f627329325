//! A name is text.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[measurement]
    which: u32,
}

fn main() {}

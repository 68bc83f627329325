//! What is not written has no name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[skip(name = "c")]
    cache: u8,
    #[field]
    usage: f64,
}

fn main() {}

//! What is wrong with a function is shown at its path.

use influx_core::Measurement;

fn write(_: &u8, _: u8) {}

#[derive(Measurement)]
struct Cpu {
    #[tag(with = "write")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

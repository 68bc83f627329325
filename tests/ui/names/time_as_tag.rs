//! `time` is reserved.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    time: String,
    #[field]
    usage: f64,
}

fn main() {}

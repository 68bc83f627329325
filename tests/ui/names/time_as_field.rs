//! `time` is reserved.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("time")]
    usage: f64,
}

fn main() {}

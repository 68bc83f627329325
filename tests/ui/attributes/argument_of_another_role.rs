//! `unit` is for times.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(unit = "ms")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

//! The second of two is reported.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(name = "a", name = "b")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

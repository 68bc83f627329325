//! A function is named by its path.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(with = "not a path")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

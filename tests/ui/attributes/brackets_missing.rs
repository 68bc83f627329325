//! Arguments stand in brackets.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag = "host"]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

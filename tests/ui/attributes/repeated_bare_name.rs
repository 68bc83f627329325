//! A bare name is a name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a", name = "b")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

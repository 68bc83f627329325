//! Servers trim it.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a\rb")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

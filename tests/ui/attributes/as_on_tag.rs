//! A tag is always text.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(as = "string")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

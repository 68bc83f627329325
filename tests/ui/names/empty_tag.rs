//! A tag has a name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

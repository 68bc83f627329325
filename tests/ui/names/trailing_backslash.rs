//! It would escape what follows.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a\\")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

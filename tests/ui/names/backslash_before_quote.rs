//! In keys some servers take the backslash away, others leave it.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("a\\\"b")]
    usage: f64,
}

fn main() {}

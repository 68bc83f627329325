//! The types are listed.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(as = "int")]
    usage: f64,
}

fn main() {}

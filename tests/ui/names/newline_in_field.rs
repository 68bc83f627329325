//! A newline would end the line.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field("a\nb")]
    usage: f64,
}

fn main() {}

//! A newline would end the line.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a\nb")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

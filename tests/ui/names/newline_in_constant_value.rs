//! A newline would end the line.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(env = "a\nb"))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

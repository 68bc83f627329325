//! A newline would end the line.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "c\npu")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

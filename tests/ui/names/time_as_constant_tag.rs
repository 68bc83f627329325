//! `time` is reserved.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(time = "now"))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

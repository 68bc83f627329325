//! Constant tags are a list.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags = "env=prod")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

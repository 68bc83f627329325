//! A constant tag is a string.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(shard = 5))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A constant tag has a value.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(env))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

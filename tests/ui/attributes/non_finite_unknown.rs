//! The policies are listed.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(non_finite = "null")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A name is one literal.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(name = concat!("lo", "ad"))]
    usage: f64,
}

fn main() {}

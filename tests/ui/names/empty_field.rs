//! A field has a name.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(name = "")]
    usage: f64,
}

fn main() {}

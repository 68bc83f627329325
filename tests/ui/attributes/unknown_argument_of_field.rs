//! `rename` is what other derives call `name`.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(rename = "u")]
    usage: f64,
}

fn main() {}

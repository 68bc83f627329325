//! A line begins with a name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

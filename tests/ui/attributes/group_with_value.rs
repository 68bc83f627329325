//! `group` is said or not.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group = "yes")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A float is no tag.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    share: f64,
    #[field]
    usage: f64,
}

fn main() {}

//! 128 bits are too many for a tag, too.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    id: Option<i128>,
    #[field]
    usage: f64,
}

fn main() {}

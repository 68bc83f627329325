//! A number has no members.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[flatten]
    core: u16,
}

fn main() {}

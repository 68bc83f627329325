//! `prefix` is for groups.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(prefix = "p_")]
    usage: f64,
}

fn main() {}

//! Roles are for members.

use influx_core::Measurement;

#[derive(Measurement)]
#[tag]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A member is a tag or a field.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    #[field]
    core: u16,
    #[field]
    usage: f64,
}

fn main() {}

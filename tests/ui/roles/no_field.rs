//! A line has at least one field.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    host: String,
}

fn main() {}

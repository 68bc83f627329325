//! A group has at least one tag or field.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
struct Cpu {
    #[skip]
    host: String,
}

fn main() {}

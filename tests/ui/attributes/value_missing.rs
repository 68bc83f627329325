//! `name` needs a value.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(name)]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

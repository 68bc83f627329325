//! `#[flatten]` is for the member of the variant.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
}

#[derive(Measurement)]
enum Metric {
    #[flatten]
    Cpu(Cpu),
}

fn main() {}

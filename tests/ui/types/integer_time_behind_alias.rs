//! Only the trait sees through an alias.

use influx_core::Measurement;

type Ticks = i64;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    at: Ticks,
}

fn main() {}

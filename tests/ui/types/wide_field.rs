//! 128 bits are more than InfluxDB has.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    bytes: u128,
}

fn main() {}

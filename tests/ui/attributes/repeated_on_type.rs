//! All arguments stand in one attribute.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "cpu")]
#[measurement(rename_all = "camelCase")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

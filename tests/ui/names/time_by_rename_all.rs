//! What counts is the final name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(rename_all = "lowercase")]
#[allow(non_snake_case)]
struct Cpu {
    #[field]
    Time: f64,
}

fn main() {}

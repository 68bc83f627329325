//! The cases are listed.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(rename_all = "camel_case")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A typo in an argument of the type.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(raname_all = "camelCase")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A tag has a name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags("" = "prod"))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

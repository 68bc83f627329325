//! It would escape what follows.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(env = "a\\"))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

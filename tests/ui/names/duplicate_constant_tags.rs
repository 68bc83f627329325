//! A line has a tag once.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(env = "a", env = "b"))]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

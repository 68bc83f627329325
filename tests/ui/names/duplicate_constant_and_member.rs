//! A line has a tag once.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(tags(env = "a"))]
struct Cpu {
    #[tag]
    env: String,
    #[field]
    usage: f64,
}

fn main() {}

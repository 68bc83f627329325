//! The library is named by its path.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(crate = "influx-core")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! Each variant has a name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "metric")]
enum Metric {
    Cpu {
        #[field]
        usage: f64,
    },
}

fn main() {}

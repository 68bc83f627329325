//! A variant has fewer arguments than its enum.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {
    #[measurement(name = "cpu", tags(env = "prod"))]
    Cpu {
        #[field]
        usage: f64,
    },
}

fn main() {}

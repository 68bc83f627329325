//! A group always has the same members.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
enum Metric {
    Cpu {
        #[field]
        usage: f64,
    },
}

fn main() {}

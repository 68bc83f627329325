//! A line has at least one field.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {
    Cpu {
        #[tag]
        host: String,
    },
}

fn main() {}

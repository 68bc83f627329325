//! Nothing to write.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {
    Idle,
    Cpu {
        #[field]
        usage: f64,
    },
}

fn main() {}

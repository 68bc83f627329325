//! Roles are for members.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {
    #[field]
    Cpu(f64),
}

fn main() {}

//! Nothing to write.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {}

fn main() {}

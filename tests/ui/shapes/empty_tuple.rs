//! Nothing to write.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu();

fn main() {}

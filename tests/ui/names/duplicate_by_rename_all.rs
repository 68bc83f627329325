//! What counts is the final name.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(rename_all = "camelCase")]
struct Cpu {
    #[field]
    cpu_load: f64,
    #[field("cpuLoad")]
    other: f64,
}

fn main() {}

//! A closure is no path.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(skip_if = "|s| s.is_empty()")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

//! A text is no time.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    at: String,
}

fn main() {}

//! The message names what to derive.

use influx_core::Measurement;

enum Mode {
    Idle,
}

#[derive(Measurement)]
struct Cpu {
    #[tag]
    mode: Mode,
    #[field]
    usage: f64,
}

fn main() {}

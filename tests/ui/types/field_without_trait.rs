//! The message names what to derive.

use influx_core::Measurement;

struct Mode {
    idle: bool,
}

#[derive(Measurement)]
struct Cpu {
    #[field]
    mode: Option<Mode>,
}

fn main() {}

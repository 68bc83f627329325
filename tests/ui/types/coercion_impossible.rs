//! A text is not written as a number.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[field(as = "integer")]
    load: String,
}

fn main() {}

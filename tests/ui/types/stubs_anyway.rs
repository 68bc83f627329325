//! One mistake brings no error at each use.

use influx_core::{LineBuffer, Measurement};

#[derive(Measurement)]
struct Cpu {
    #[field(nmae = "u")]
    usage: f64,
}

fn main() {
    let _ = LineBuffer::new().push(&Cpu { usage: 0.5 });
}

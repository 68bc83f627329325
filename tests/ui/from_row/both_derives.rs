//! A mistake that both derives see is shown once.

use influx_core::{FromRow, Measurement};

#[derive(Measurement, FromRow)]
struct Cpu {
    #[tag(nmae = "host")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

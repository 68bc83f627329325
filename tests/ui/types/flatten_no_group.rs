//! What is flattened must be derived too.

use influx_core::Measurement;

struct Place {
    room: String,
}

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[flatten]
    place: Place,
}

fn main() {}

//! A typo in an argument is met with the nearest argument.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(nmae = "h")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

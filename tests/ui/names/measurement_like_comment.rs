//! A line that begins with `#` is a comment.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "#cpu")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

//! A line that begins with `#` is a comment.

use influx_core::Measurement;

#[derive(Measurement)]
enum Metric {
    #[measurement(name = "#cpu")]
    Cpu {
        #[field]
        usage: f64,
    },
}

fn main() {}

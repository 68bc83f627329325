//! InfluxDB 3 joins the two.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag("a\\\\b")]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

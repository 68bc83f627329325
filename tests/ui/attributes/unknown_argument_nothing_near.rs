//! Where nothing is near, the arguments are listed.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu {
    #[tag(compression = "gzip", default)]
    host: String,
    #[field]
    usage: f64,
}

fn main() {}

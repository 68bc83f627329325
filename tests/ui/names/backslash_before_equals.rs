//! No encoding of it is read alike everywhere.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(name = "a\\=b")]
struct Cpu {
    #[field]
    usage: f64,
}

fn main() {}

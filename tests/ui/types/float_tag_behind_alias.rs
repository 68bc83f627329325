//! Only the trait sees through an alias.

use influx_core::Measurement;

type Share = f64;

#[derive(Measurement)]
struct Cpu {
    #[tag]
    share: Share,
    #[field]
    usage: f64,
}

fn main() {}

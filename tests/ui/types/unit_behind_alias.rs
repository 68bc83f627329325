//! Only the trait sees through an alias.

use influx_core::Measurement;

type Clock = std::time::SystemTime;

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time(unit = "ms")]
    at: Clock,
}

fn main() {}

//! A unit is for integers.

use influx_core::FromRow;

#[derive(FromRow)]
struct Lamp {
    #[field]
    watts: f64,
    #[time(unit = "ms")]
    at: String,
}

fn main() {}

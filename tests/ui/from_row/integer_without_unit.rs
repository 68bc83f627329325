//! An integer has no unit of its own.

use influx_core::FromRow;

#[derive(FromRow)]
struct Lamp {
    #[field]
    watts: f64,
    #[time]
    at: i64,
}

fn main() {}

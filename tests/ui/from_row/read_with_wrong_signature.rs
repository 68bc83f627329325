//! A function that reads takes a cell.

use influx_core::FromRow;

fn kelvin(celsius: f64) -> f64 {
    celsius + 273.15
}

#[derive(FromRow)]
struct Water {
    #[field(read_with = "kelvin")]
    kelvin: f64,
}

fn main() {}

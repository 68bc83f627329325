//! What is not read needs no function.

use influx_core::FromRow;

#[derive(FromRow)]
struct Water {
    #[skip(read_with = "kelvin")]
    kelvin: f64,
}

fn main() {}

//! `read_with` takes a path.

use influx_core::FromRow;

#[derive(FromRow)]
struct Water {
    #[field(read_with = "|cell| cell")]
    kelvin: f64,
}

fn main() {}

//! The type of a member says how it is read.

use influx_core::FromRow;

struct Colour(u32);

#[derive(FromRow)]
struct Lamp {
    #[field]
    colour: Colour,
}

fn main() {}

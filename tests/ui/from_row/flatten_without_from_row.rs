//! What is flattened is read, too.

use influx_core::FromRow;

struct Place {
    room: String,
}

#[derive(FromRow)]
struct Lamp {
    #[flatten]
    place: Place,
}

fn main() {}

//! A prefix that is empty is none.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    room: String,
}

#[derive(Measurement)]
struct Climate {
    #[field]
    inside: f64,
    #[flatten(prefix = "")]
    place: Place,
}

fn main() {}

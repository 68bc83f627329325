//! A group must not bring a key again.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    host: String,
}

#[derive(Measurement)]
struct Climate {
    #[tag]
    host: String,
    #[field]
    inside: f64,
    #[flatten]
    place: Place,
}

fn main() {}

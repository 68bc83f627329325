//! A newtype is no more than what it holds.

use influx_core::{Measurement, TagValue};

#[derive(TagValue)]
struct Celsius(f64);

#[derive(Measurement)]
struct Climate {
    #[tag]
    inside: Celsius,
    #[field]
    outside: Celsius,
}

fn main() {}

//! Rows need a type that says how it is read.

use influx_core::query::FromRowOwned;

struct Lamp {
    watts: f64,
}

fn rows<T: FromRowOwned>() {}

fn main() {
    rows::<Lamp>();
}

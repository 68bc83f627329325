//! What a function writes, a function reads.

use influx_core::{FieldSlot, FromRow};

fn celsius(kelvin: &f64, slot: FieldSlot<'_, '_>) {
    slot.float(kelvin - 273.15);
}

#[derive(FromRow)]
struct Water {
    #[field(with = "celsius", as = "float")]
    kelvin: f64,
}

fn main() {}

//! A function hides the type of the field.

use influx_core::{FieldSlot, Measurement};

fn write(_: &f64, _: FieldSlot<'_, '_>) {}

#[derive(Measurement)]
struct Cpu {
    #[field(with = "write")]
    usage: f64,
}

fn main() {}

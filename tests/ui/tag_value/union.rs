//! A union does not know what it holds.

use influx_core::TagValue;

#[derive(TagValue)]
union Bits {
    float: f64,
    integer: u64,
}

fn main() {}

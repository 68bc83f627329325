//! `rename` is for variants.

use influx_core::TagValue;

#[derive(TagValue)]
#[tag_value(rename = "mode")]
enum Mode {
    Idle,
}

fn main() {}

//! A tag is one text.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    Idle,
    Busy(u8),
}

fn main() {}

//! A tag is one text.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    Busy { share: u8 },
}

fn main() {}

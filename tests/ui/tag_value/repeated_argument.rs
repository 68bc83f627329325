//! The second of two is reported.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename = "a", rename = "b")]
    Idle,
}

fn main() {}

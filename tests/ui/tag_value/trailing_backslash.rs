//! It would escape what follows.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename = "a\\")]
    Idle,
}

fn main() {}

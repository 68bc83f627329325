//! Two variants of one value.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    Idle,
    #[tag_value(rename = "Idle")]
    Sleeping,
}

fn main() {}

//! A newline would end the line.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename = "a\nb")]
    Idle,
}

fn main() {}

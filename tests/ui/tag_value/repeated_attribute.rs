//! All arguments stand in one attribute.

use influx_core::TagValue;

#[derive(TagValue)]
#[tag_value(rename_all = "lowercase")]
#[tag_value(crate = "influx_core")]
enum Mode {
    Idle,
}

fn main() {}

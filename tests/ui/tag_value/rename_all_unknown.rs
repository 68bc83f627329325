//! The cases are listed.

use influx_core::TagValue;

#[derive(TagValue)]
#[tag_value(rename_all = "snake")]
enum Mode {
    Idle,
}

fn main() {}

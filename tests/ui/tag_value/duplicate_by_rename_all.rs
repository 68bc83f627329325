//! What counts is the final value.

use influx_core::TagValue;

#[derive(TagValue)]
#[tag_value(rename_all = "lowercase")]
enum Mode {
    OnOff,
    Onoff,
}

fn main() {}

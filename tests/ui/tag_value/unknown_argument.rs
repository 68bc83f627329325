//! A typo is met with the nearest argument.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(renmae = "idle")]
    Idle,
}

fn main() {}

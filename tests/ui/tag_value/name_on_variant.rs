//! What members call `name` is `rename` here.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(name = "idle")]
    Idle,
}

fn main() {}

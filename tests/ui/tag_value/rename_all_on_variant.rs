//! `rename_all` is for the type.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename_all = "lowercase")]
    Idle,
}

fn main() {}

//! One mistake brings no error at each use.

use influx_core::{Measurement, TagValue};

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename = "")]
    Idle,
}

#[derive(Measurement)]
struct Cpu {
    #[tag]
    mode: Mode,
    #[field]
    before: Mode,
}

fn main() {}

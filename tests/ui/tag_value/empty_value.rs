//! InfluxDB has no empty tags.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {
    #[tag_value(rename = "")]
    Idle,
}

fn main() {}

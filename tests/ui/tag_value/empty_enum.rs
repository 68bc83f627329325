//! Nothing to write.

use influx_core::TagValue;

#[derive(TagValue)]
enum Mode {}

fn main() {}

//! Nothing to write.

use influx_core::TagValue;

#[derive(TagValue)]
struct Marker;

fn main() {}

//! A newtype has no variants.

use influx_core::TagValue;

#[derive(TagValue)]
#[tag_value(rename_all = "lowercase")]
struct Host(String);

fn main() {}

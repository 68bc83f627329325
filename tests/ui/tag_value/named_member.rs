//! A newtype has one member without a name.

use influx_core::TagValue;

#[derive(TagValue)]
struct Host {
    name: String,
}

fn main() {}

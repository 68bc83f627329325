//! A newtype has one member.

use influx_core::TagValue;

#[derive(TagValue)]
struct Pair(u8, u8);

fn main() {}

//! `default` needs a type that has one.

use influx_core::{FromRow, Nanos, TagValue};

#[derive(TagValue)]
enum Mode {
    Idle,
}

#[derive(FromRow)]
struct Heater {
    #[tag(default)]
    mode: Mode,
    #[time]
    at: Nanos,
}

fn main() {}

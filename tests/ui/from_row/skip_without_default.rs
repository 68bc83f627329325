//! A skipped member is filled.

use influx_core::FromRow;

struct Handle;

#[derive(FromRow)]
struct Heater {
    #[field]
    watts: f64,
    #[skip]
    handle: Handle,
}

fn main() {}

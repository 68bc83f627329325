//! All mistakes are shown at once.

use influx_core::FromRow;

#[derive(FromRow)]
struct Cpu {
    host: String,
    #[field("a")]
    usage: f64,
    #[field("a", with = "write")]
    load: f64,
    #[time]
    at: u64,
    #[time]
    until: u64,
}

fn read<T: for<'r> FromRow<'r>>() {}

fn main() {
    read::<Cpu>();
}

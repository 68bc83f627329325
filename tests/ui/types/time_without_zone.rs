//! A date and a time of day are no point in time.

use influx_core::Measurement;

mod chrono {
    pub struct NaiveDateTime;
}

mod time {
    pub struct PrimitiveDateTime;
}

#[derive(Measurement)]
struct Cpu {
    #[field]
    usage: f64,
    #[time]
    at: chrono::NaiveDateTime,
}

#[derive(Measurement)]
struct Disk {
    #[field]
    free: u64,
    #[time(unit = "s")]
    at: Option<time::PrimitiveDateTime>,
}

fn main() {}

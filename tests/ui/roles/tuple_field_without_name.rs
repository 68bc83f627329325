//! Members of tuples have no names of their own.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu(#[tag("core")] u16, #[field(as = "integer")] f64);

fn main() {}

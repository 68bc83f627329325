//! Members of tuples have no names of their own.

use influx_core::Measurement;

#[derive(Measurement)]
struct Cpu(#[tag] u16, #[field("usage")] f64);

fn main() {}

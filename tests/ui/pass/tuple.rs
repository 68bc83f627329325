//! Members without names get them from their roles.

use influx_core::{LineBuffer, Measurement};

#[derive(Measurement)]
struct Cpu(#[tag("core")] u16, #[field(name = "temp")] f64, #[time(unit = "s")] i64, #[skip] &'static str);

fn main() {
    let mut buffer = LineBuffer::new();
    buffer.push(&Cpu(0, 25.3, 1_657_729_063, "not written")).unwrap();
    assert_eq!(buffer.as_str(), "cpu,core=0 temp=25.3 1657729063000000000\n");
}

//! For a type parameter this is known when the record is written.

use influx_core::{LineBuffer, Measurement};

#[derive(Measurement)]
struct Cpu<T> {
    #[field(as = "integer")]
    load: T,
}

fn main() {
    let _ = LineBuffer::new().push(&Cpu { load: "high" });
}

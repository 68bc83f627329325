//! A type inside a function keeps its impls there.
#![deny(warnings)]

use influx_core::{LineBuffer, Measurement, TagValue};

fn main() {
    #[derive(TagValue)]
    enum Mode {
        Idle,
    }

    #[derive(Measurement)]
    struct Cpu {
        #[tag]
        mode: Mode,
        #[field]
        usage: f64,
    }

    let mut buffer = LineBuffer::new();
    buffer.push(&Cpu { mode: Mode::Idle, usage: 0.5 }).unwrap();
    assert_eq!(buffer.as_str(), "cpu,mode=Idle usage=0.5\n");
}

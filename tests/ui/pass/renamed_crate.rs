//! `crate = "…"` is where the library is found: here below another name.

mod vendored {
    pub(crate) extern crate influx_core as line_protocol;
}

mod records {
    use crate::vendored::line_protocol::{Measurement, TagValue};

    #[derive(TagValue)]
    #[tag_value(crate = "crate::vendored::line_protocol")]
    pub(crate) enum Mode {
        Idle,
    }

    #[derive(Measurement)]
    #[measurement(crate = "crate::vendored::line_protocol")]
    pub(crate) struct Cpu {
        #[tag]
        pub(crate) mode: Mode,
        #[field]
        pub(crate) usage: f64,
    }
}

/// Hides the crate's own name from `::influx_core` users: none of the paths above may need it.
#[allow(unused)]
mod influx_core {}

fn main() {
    let mut buffer = vendored::line_protocol::LineBuffer::new();
    buffer.push(&records::Cpu { mode: records::Mode::Idle, usage: 0.5 }).unwrap();
    assert_eq!(buffer.as_str(), "cpu,mode=Idle usage=0.5\n");
}

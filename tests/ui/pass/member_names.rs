//! Members may have the names that the expansion uses for itself.

use influx_core::{LineBuffer, Measurement, TagValue};

#[derive(TagValue)]
struct Slot(f64);

#[derive(Measurement)]
#[measurement(group)]
struct Text {
    #[field]
    line: f64,
    #[field]
    previous: f64,
}

#[derive(Measurement)]
#[measurement(non_finite = "skip")]
enum Source {
    Code {
        #[tag]
        line: u32,
        #[field]
        previous: f64,
        #[field]
        slot: Slot,
        #[field]
        member_line: f64,
        #[flatten(prefix = "text_")]
        any: Text,
        #[field]
        __line: f64,
        #[field]
        r#match: f64,
    },
}

fn main() {
    let mut buffer = LineBuffer::new();
    buffer
        .push(&Source::Code {
            line: 1,
            previous: f64::NAN,
            slot: Slot(0.5),
            member_line: 1.5,
            any: Text { line: 2.5, previous: 3.5 },
            __line: 4.5,
            r#match: 5.5,
        })
        .unwrap();
    assert_eq!(
        buffer.as_str(),
        "code,line=1 slot=0.5,member_line=1.5,text_line=2.5,text_previous=3.5,__line=4.5,match=5.5\n"
    );
}

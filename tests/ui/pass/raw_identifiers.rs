//! `r#type` is written `type`.
#![allow(non_camel_case_types)]

use influx_core::{LineBuffer, Measurement, TagValue};

#[derive(TagValue)]
enum r#mod {
    r#fn,
}

#[derive(Measurement)]
struct r#loop {
    #[tag]
    r#type: r#mod,
    #[field]
    r#match: f64,
}

#[derive(Measurement)]
enum r#enum {
    r#if {
        #[tag]
        r#in: &'static str,
        #[field]
        r#else: bool,
    },
}

fn main() {
    let mut buffer = LineBuffer::new();
    buffer.push(&r#loop { r#type: r#mod::r#fn, r#match: 1.5 }).unwrap();
    buffer.push(&r#enum::r#if { r#in: "a", r#else: true }).unwrap();
    assert_eq!(buffer.as_str(), "loop,type=fn match=1.5\nif,in=a else=true\n");
}

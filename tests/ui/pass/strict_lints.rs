//! The expansion trips none of the lints that careful crates deny.
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub, trivial_casts, unused_results)]
#![deny(unused_lifetimes, single_use_lifetimes, elided_lifetimes_in_paths, non_snake_case)]
#![forbid(unsafe_code)]

use influx_core::{Measurement, TagValue};

#[derive(Debug, TagValue)]
enum Mode {
    Idle,
}

#[derive(Debug, TagValue)]
struct Celsius(f64);

#[derive(Debug, Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    room: &'static str,
}

#[derive(Debug, Measurement)]
#[measurement(tags(env = "prod"), non_finite = "error")]
struct Climate {
    #[tag]
    mode: Mode,
    #[field]
    inside: Celsius,
    #[deprecated = "use `inside`"]
    #[field(as = "float")]
    outside: f64,
    #[flatten(prefix = "at_")]
    place: Place,
    #[time(unit = "s")]
    at: i64,
}

#[derive(Debug, Measurement)]
#[repr(C, packed)]
struct Packed {
    #[field]
    value: f64,
}

#[derive(Debug, Measurement)]
enum Any {
    Climate(#[flatten] Climate),
    Door {
        #[field]
        open: bool,
        #[skip]
        _note: u8,
    },
}

fn main() {
    #[allow(deprecated)]
    let climate =
        Climate { mode: Mode::Idle, inside: Celsius(20.5), outside: 1.5, place: Place { room: "a" }, at: 1 };
    let mut buffer = influx_core::LineBuffer::new();
    for any in [Any::Climate(climate), Any::Door { open: true, _note: 0 }] {
        assert!(buffer.push(&any).is_ok(), "{any:?}");
    }
    assert!(buffer.push(&Packed { value: 0.5 }).is_ok());
}

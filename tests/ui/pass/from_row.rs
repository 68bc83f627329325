//! What is read: every shape, without a prelude and with the user's names in place of it.
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types)]
#![deny(warnings, missing_docs, unused_qualifications, trivial_casts, unused_results)]
#![deny(unused_lifetimes, elided_lifetimes_in_paths, non_snake_case)]

struct Result;
struct Option;
struct Some;
struct Ok;
struct Default;
struct FromRow;
struct FromValue;
struct RowReader;
struct Wanted;
struct Millis;
mod core {}
mod std {}

#[derive(::influx_core::TagValue)]
enum Mode {
    Idle,
}

#[derive(::influx_core::TagValue)]
struct Celsius<'a, T>(&'a T);

#[derive(::influx_core::TagValue)]
struct Host<'a>(&'a ::core::primitive::str);

#[derive(::influx_core::FromRow, ::influx_core::Measurement)]
#[measurement(group)]
struct Place<'a> {
    #[tag]
    room: Host<'a>,
}

fn half() -> f64 {
    0.5
}

fn read(cell: ::influx_core::query::Cell<'_>) -> ::core::result::Result<u8, ::influx_core::query::RowError> {
    ::influx_core::FromValue::from_value(cell)
}

#[derive(::influx_core::FromRow, ::influx_core::Measurement)]
#[measurement(tags(env = "prod"), non_finite = "skip")]
struct Climate<'a, 'b, T> {
    #[measurement]
    r#type: ::std::string::String,
    #[tag]
    mode: Mode,
    #[deprecated = "use `outside`"]
    #[field(default)]
    inside: T,
    #[field(default = "half", as = "float")]
    outside: f64,
    #[field(read_with = "read")]
    level: u8,
    #[flatten(prefix = "at_")]
    place: Place<'a>,
    #[flatten(prefix = "in_")]
    maybe: ::core::option::Option<Place<'b>>,
    #[time(unit = "ms")]
    at: i64,
    #[skip]
    cache: u8,
}

#[derive(::influx_core::FromRow)]
struct Pair<const N: usize>(#[field("a")] f64, #[skip(default = "zeros")] [u8; N]);

fn zeros<const N: usize>() -> [u8; N] {
    [0; N]
}

#[derive(::influx_core::FromRow)]
enum Any<'a> {
    Climate(#[flatten] Climate<'a, 'a, f64>),
    Door {
        #[field]
        open: bool,
    },
    Nothing {
        #[skip]
        note: u8,
    },
}

#[derive(::influx_core::FromRow)]
struct Empty {}

fn owned<T: for<'r> ::influx_core::FromRow<'r>>() {}

fn borrowed<'r, T: ::influx_core::FromRow<'r>>(_: &'r ::core::primitive::str) {}

fn main() {
    owned::<Pair<3>>();
    owned::<Empty>();
    borrowed::<Any<'_>>("");
    borrowed::<Climate<'_, '_, ::std::string::String>>("");
}

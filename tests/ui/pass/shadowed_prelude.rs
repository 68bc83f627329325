//! The expansion must not take the user's names for those of the prelude.
#![allow(dead_code, non_camel_case_types)]

use influx_core::{Measurement, TagValue};

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Box;
struct AsRef;
struct Iterator;
struct Line;
struct Schema;
struct Member;
struct ValueType;
struct NonFinite;
struct Group;
struct str;
struct u8;
mod core {}
mod std {}

#[derive(TagValue)]
enum Mode {
    Idle,
}

#[derive(Measurement)]
#[measurement(tags(env = "prod"), non_finite = "error")]
struct Cpu<'a> {
    #[tag]
    mode: Mode,
    #[tag]
    host: &'a ::core::primitive::str,
    #[field(as = "float")]
    usage: f64,
    #[time(unit = "ms")]
    at: i64,
}

#[derive(Measurement)]
struct Named<'a> {
    #[measurement]
    name: &'a ::core::primitive::str,
    #[field]
    usage: f64,
}

#[derive(Measurement)]
enum Either {
    Left {
        #[field]
        value: f64,
    },
}

fn main() {}

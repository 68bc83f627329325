//! Derive macros of `influx-core`, which re-exports them: depend on that crate and turn on its feature `derive`,
//! which is on by default.

mod args;
mod ast;
mod attr;
mod bound;
mod case;
mod check;
mod ctxt;
mod expand;
mod known;
mod name;
mod suggest;
mod symbol;
mod tag_value;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("measurement.md")]
#[proc_macro_derive(Measurement, attributes(measurement, tag, field, time, skip, flatten))]
pub fn derive_measurement(input: TokenStream) -> TokenStream {
    expand::measurement::derive(&parse_macro_input!(input as DeriveInput)).into()
}

#[doc = include_str!("tag_value.md")]
#[proc_macro_derive(TagValue, attributes(tag_value))]
pub fn derive_tag_value(input: TokenStream) -> TokenStream {
    expand::tag_value::derive(&parse_macro_input!(input as DeriveInput)).into()
}

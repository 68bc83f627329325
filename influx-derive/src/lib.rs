//! The derive macros of `influx-core`: `#[derive(Measurement)]` makes a struct or an enum a record of InfluxDB's line
//! protocol, `#[derive(FromRow)]` what rows of answers are read into, `#[derive(TagValue)]` makes an enum or a newtype the
//! value of a tag or field.
//!
//! `influx-core` re-exports them under the names of their traits, by its feature `derive`, which is on by default.
//! Depend on that crate and not on this one, whose generated code fits one version of it only. Attributes and examples
//! stand there, too, at the traits and at the macros.

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

/// The macro is part of `influx-derive`, its documentation of `influx-core`: see `influx_core::Measurement`.
#[proc_macro_derive(Measurement, attributes(measurement, tag, field, time, skip, flatten))]
pub fn derive_measurement(input: TokenStream) -> TokenStream {
    expand::measurement::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// The macro is part of `influx-derive`, its documentation of `influx-core`: see `influx_core::FromRow`.
#[proc_macro_derive(FromRow, attributes(measurement, tag, field, time, skip, flatten))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    expand::from_row::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// The macro is part of `influx-derive`, its documentation of `influx-core`: see `influx_core::TagValue`.
#[proc_macro_derive(TagValue, attributes(tag_value))]
pub fn derive_tag_value(input: TokenStream) -> TokenStream {
    expand::tag_value::derive(&parse_macro_input!(input as DeriveInput)).into()
}

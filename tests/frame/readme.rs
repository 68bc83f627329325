//! The README: its examples are compiled and run as tests of documentation.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

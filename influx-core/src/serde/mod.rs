//! Records of any type that serde serialises, and of JSON: the dictionary forms.
//!
//! [`Roles`] say which members of a value are tags, fields and its time; [`json`] takes the form in which the record
//! says so itself. Both go the way of every other record, so that names are escaped, keys checked, default tags added and
//! mistakes named as everywhere. They allocate for each record: for types of your own,
//! `#[derive(Measurement)]` is faster, and checked by the compiler.

pub mod json;
mod members;
mod roles;
mod scalar;

pub use roles::{Roles, Row};

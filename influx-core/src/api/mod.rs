//! Administration: what a server holds beside the data.

mod answer;
#[cfg(test)]
mod fixture;
pub mod v1;
pub mod v3;

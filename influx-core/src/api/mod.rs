//! Administration: what a server holds beside the data.

mod answer;
pub mod v1;
pub mod v3;

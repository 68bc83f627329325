//! Queries, by what a user of the crate sees.

mod flux;

//! Queries: what comes of the answers.

mod csv;
mod flux;
mod from_row;

//! Queries: what comes of the answers.

mod csv;
mod csv_refused;

//! Queries: what comes of the answers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cancelled;
mod csv;
mod csv_refused;
mod flux;
mod from_row;
mod influxql;
mod parquet;
mod round_trip;
mod sql;

//! Queries: what comes of the answers.

mod csv;
mod csv_refused;
mod flux;
mod from_row;
mod influxql;
mod round_trip;
mod sql;

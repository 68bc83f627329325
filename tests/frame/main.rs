//! Frames of Polars and Arrow: their lines, their way to a server, and back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

mod allocations;
mod documented;
mod example_data;
mod extremes;
mod faults;
mod load;
mod pieces;
mod plan;
mod property;
mod read;
mod read_parquet;
mod read_stream;
mod records;
mod round_trip;
mod rows;
mod sources;
mod stream;
mod types;
mod write;
mod write_by_writer;
mod zones;

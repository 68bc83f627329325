//! Frames of Polars and Arrow: their lines, their way to a server, and back.

mod lines;
mod pieces;
mod plan;
mod read;
mod read_parquet;
mod read_stream;
mod records;
mod rows;
mod sources;
mod stream;
mod write;

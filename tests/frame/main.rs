//! Frames of Polars and Arrow: their lines, their way to a server, and back.

mod lines;
mod load;
mod pieces;
mod plan;
mod read;
mod read_stream;
mod rows;
mod sources;
mod stream;
mod write;

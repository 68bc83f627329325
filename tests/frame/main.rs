//! Frames of Polars and Arrow: their lines, their way to a server, and back.

mod lines;
mod pieces;
<<<<<<< HEAD
mod sources;
=======
mod read;
mod read_stream;
>>>>>>> 4a2c1bd (Frame: answers of queries become frames of Polars and Arrow)

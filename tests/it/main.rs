//! One binary for all integration tests: it links once.

mod architecture;
mod call;
mod corpus_encode;
mod corpus_read;
mod derive;
mod round_trip;
mod serde;
mod server;
mod ui;
mod write;

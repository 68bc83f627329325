//! One binary for all integration tests: it links once.

mod call;
mod corpus_read;
mod derive;
mod server;
mod ui;
mod write;

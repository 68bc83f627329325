//! One binary for all integration tests: it links once.

mod api;
mod architecture;
mod bad_input;
mod call;
mod client;
mod config;
mod contract;
mod corpus_encode;
mod corpus_read;
mod derive;
mod documented;
mod faults;
mod query;
mod round_trip;
mod serde;
mod server;
mod ui;
mod write;
mod writer;

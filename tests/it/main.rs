//! How the crates behave together, a module a topic.

mod server;
mod write;

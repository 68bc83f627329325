//! How the crates behave together, a module a topic.

mod call;
mod server;
mod write;

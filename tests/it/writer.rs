//! The writer against a server of memory: a model of what must come of records, and futures dropped half-way.

#![allow(clippy::unwrap_used, clippy::panic)]

mod cancel;
mod model;
mod observe;
mod server;
mod spool;
mod spool_inspect;
mod wire;

//! The client over sockets and scripted transports: who it is, what it waits for, what it never says.

#![allow(clippy::unwrap_used, clippy::panic)]

mod auth;
mod blocking;
mod limits;
mod proxy;
mod raw;
mod retry;
mod secrets;
mod server;
mod session;
mod settings;
mod tls;

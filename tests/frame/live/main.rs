//! Frames against a real server, where one is installed: what was written is queried back, value by value.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

#[allow(dead_code, reason = "the live tests of everything else use the rest of it")]
#[path = "../../live/influxd.rs"]
mod influxd;
#[allow(dead_code, reason = "the live tests of everything else use the rest of it")]
#[path = "../../live/process.rs"]
mod process;
mod rejected;
mod types;
mod values;

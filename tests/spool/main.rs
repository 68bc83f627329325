//! The spool against what really happens: processes that are killed, disks that are full, broken or changed by hand.
//!
//! Each test runs a program of its own, `influx-spool-child`, hears what it attempts and what becomes durable, and at the
//! end compares that with what the server holds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]
#![cfg(target_os = "linux")]

mod altered;
mod backlog;
mod calls;
mod child;
mod disk;
mod folder;
mod full;
mod judge;
mod kill;
mod needs;
mod recovery;
mod second;
mod sync_errors;
mod trace;

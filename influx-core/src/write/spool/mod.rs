//! The spool: batches in files, so that records outlive the process, an outage and a full disk.

// Nothing but its tests uses the log yet.
#![allow(dead_code)]

mod acks;
mod cursor;
mod disk;
mod format;
mod inspect;
mod io;
mod log;
#[cfg(test)]
mod memory_disk;
mod options;
mod ranges;
mod recover;
mod route;
#[cfg(test)]
mod sample;
mod shelf;
mod tidy;
mod walk;

pub use inspect::{
    Spool, SpoolCounts, SpoolLoss, SpoolReport, SpoolTail, SpooledFor, SpooledFrame, SpooledFrames,
};
pub use options::{Fsync, SpoolOptions, SpoolUse};

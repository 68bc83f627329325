//! The spool: batches in files, so that records outlive the process, an outage and a full disk.

mod io;
#[cfg(test)]
mod memory_disk;
mod options;

pub use options::{Fsync, SpoolOptions, SpoolUse};

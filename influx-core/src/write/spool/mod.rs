//! The spool: batches in files, so that records outlive the process, an outage and a full disk.

mod acks;
mod cursor;
mod disk;
mod error;
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
#[cfg(test)]
mod tests;
mod tidy;
mod walk;

pub(crate) use cursor::{Cursor, Found};
pub(crate) use disk::Disk;
pub use inspect::{
    Spool, SpoolCounts, SpoolLoss, SpoolReport, SpoolTail, SpooledFor, SpooledFrame, SpooledFrames,
};
pub(crate) use log::{AppendError, Log};
#[cfg(test)]
pub(crate) use memory_disk::{Call, Fault, MemoryDisk};
pub use options::{Fsync, SpoolOptions, SpoolUse};
pub(crate) use ranges::Ranges;
pub(crate) use route::check as check_destination;
#[cfg(test)]
pub(crate) use sample::contents;
pub(crate) use shelf::{LoadError, Place, Shelf};

//! The spool: batches in files, so that records outlive the process, an outage and a full disk.

mod acks;
mod check;
mod cursor;
mod disk;
mod format;
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

#[doc(hidden)]
pub use check::check_files;
pub(crate) use cursor::{Cursor, Found};
pub(crate) use disk::Disk;
pub(crate) use log::{AppendError, Log};
#[cfg(test)]
pub(crate) use memory_disk::{Call, Fault, MemoryDisk};
pub use options::{Fsync, SpoolOptions, SpoolUse};
pub(crate) use ranges::Ranges;
pub(crate) use shelf::{LoadError, Place, Shelf};

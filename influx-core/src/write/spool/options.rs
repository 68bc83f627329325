//! How a writer spools.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};

/// How a [`Writer`](crate::Writer) keeps its batches in files; see [`WriteOptions::spool`](crate::WriteOptions::spool).
///
/// A path alone is enough: `options.spool("/var/spool/meters")`.
///
/// ```
/// use std::time::Duration;
/// use influx_core::write::{Fsync, SpoolOptions, SpoolUse, WriteOptions};
///
/// let spool = SpoolOptions::new("/var/spool/meters")
///     .fsync(Fsync::Every(Duration::from_secs(1)))
///     .max_bytes(256 * 1024 * 1024)
///     .max_age(Duration::from_secs(7 * 24 * 3600))
///     .when(SpoolUse::WhenFull);
/// let options = WriteOptions::throughput().spool(spool);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct SpoolOptions {
    pub(crate) path: PathBuf,
    pub(crate) fsync: Fsync,
    pub(crate) max_bytes: u64,
    pub(crate) max_age: Option<Duration>,
    pub(crate) when: SpoolUse,
}

/// When what was written to the spool's files is forced onto the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fsync {
    /// When 10 ms have passed or 1 MiB has come, whichever is sooner, once for all batches of that time. What is
    /// durable survives the loss of power.
    #[default]
    Group,
    /// Every so often, or sooner when a quarter of [`queue_bytes`](crate::WriteOptions::queue_bytes) waits for it. What
    /// is durable survives the loss of power, and becomes so as seldom.
    Every(Duration),
    /// Never: the operating system does it when it likes. What is durable survives the end of the process, also a
    /// violent one, but not the loss of power.
    Never,
}

/// Which batches go through the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SpoolUse {
    /// All of them, before or while they are sent.
    #[default]
    Always,
    /// Those for which memory has no room, while that is so, and what is left when the writer is closed.
    WhenFull,
}

impl SpoolOptions {
    /// A spool in this directory, which is made if it is not there. One writer at a time can use it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            fsync: Fsync::default(),
            max_bytes: 1024 * 1024 * 1024,
            max_age: None,
            when: SpoolUse::default(),
        }
    }

    /// When what was written is forced onto the disk. Default: [`Fsync::Group`].
    pub fn fsync(mut self, fsync: Fsync) -> Self {
        self.fsync = fsync;
        self
    }

    /// How much room the files may take, in bytes; at least 64 KiB. A line longer than a quarter of it is refused. When
    /// they are full, batches wait in memory, and when that is full, too, [`overflow`](crate::WriteOptions::overflow) says
    /// what becomes of a record; `Reject` and `DropNewest` act also while memory is full of what is on its way into the
    /// files. Only [`DropOldest`](crate::write::Overflow::DropOldest) drops what is in the files to make room. Default:
    /// 1 GiB.
    pub fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// A batch without its verdict is dropped when it is so old, also by the clock on the wall across restarts; what was
    /// written before 2020 by that clock counts as new, as nobody had set it. Default: never.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Which batches go through the files. Default: [`SpoolUse::Always`].
    pub fn when(mut self, when: SpoolUse) -> Self {
        self.when = when;
        self
    }

    /// How large a batch may be, in bytes: the files have room for several.
    pub(crate) fn largest_batch(&self) -> usize {
        usize::try_from(self.max_bytes / 16).unwrap_or(usize::MAX).min(LARGEST_BATCH)
    }

    /// How long a line may be, in bytes: as a batch of its own it must find room in the files.
    pub(crate) fn longest_line(&self) -> usize {
        usize::try_from(self.max_bytes / 4).unwrap_or(usize::MAX).min(LARGEST_BATCH)
    }

    pub(crate) fn age_limit(&self) -> Option<Duration> {
        self.max_age
    }

    /// # Errors
    ///
    /// An option has a value with which nothing could be kept.
    pub(crate) fn check(&self) -> Result<()> {
        if self.path.as_os_str().is_empty() {
            return Err(Error::config("SpoolOptions: the path is empty: name a directory"));
        }
        if self.max_bytes < MIN_BYTES {
            return Err(Error::config("SpoolOptions::max_bytes must be at least 65,536"));
        }
        if self.max_age.is_some_and(|age| age.is_zero()) {
            return Err(Error::config("SpoolOptions::max_age is 0: nothing would ever be sent"));
        }
        Ok(())
    }
}

/// In bytes: half of the lines that a frame of the files takes.
const LARGEST_BATCH: usize = 32 * 1024 * 1024;

/// Room for a batch at least.
const MIN_BYTES: u64 = 64 * 1024;

impl From<&str> for SpoolOptions {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for SpoolOptions {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

impl From<&Path> for SpoolOptions {
    fn from(path: &Path) -> Self {
        Self::new(path)
    }
}

impl From<PathBuf> for SpoolOptions {
    fn from(path: PathBuf) -> Self {
        Self::new(path)
    }
}

impl From<&PathBuf> for SpoolOptions {
    fn from(path: &PathBuf) -> Self {
        Self::new(path)
    }
}

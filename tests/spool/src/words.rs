//! What the process under test is told, and what it tells.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the process is to do: its only argument, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    /// The server.
    pub url: String,
    /// Its token, which may stand nowhere in the files.
    pub token: String,
    /// The directory of the spool.
    pub spool: PathBuf,
    /// The first record to write.
    pub first: u64,
    /// How many: a multiple of [`CHUNK`](super::CHUNK) for each of the writers. 0: only what is in the spool is sent.
    pub records: u64,
    /// How many tasks write.
    pub writers: u64,
    /// How many milliseconds each of them waits after each call.
    pub pause: u64,
    /// Records in a batch.
    pub batch: usize,
    /// `Group`, or else `Never`.
    pub group: bool,
    /// Only what memory has no room for goes to the disk.
    pub when_full: bool,
    /// How many bytes the files may have.
    pub max_bytes: u64,
    /// How many bytes of memory the records may have.
    pub queue_bytes: usize,
    /// Records without a series of their own, and none of them is told of.
    pub bulk: bool,
    /// How many milliseconds `close` may take.
    pub close: u64,
}

/// What the process tells: one line of JSON each, in one piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// It runs.
    Began {
        /// Its process id.
        pid: u32,
    },
    /// The writer is there.
    Opened {
        /// How many records it found.
        recovered: u64,
    },
    /// The writer cannot be made.
    Refused {
        /// Why.
        error: String,
    },
    /// These records will be written now.
    Attempted {
        /// The first.
        from: u64,
        /// The one behind the last.
        to: u64,
    },
    /// These records are durable.
    Durable {
        /// The first.
        from: u64,
        /// The one behind the last.
        to: u64,
    },
    /// These records are not durable yet; it will be asked again.
    Late {
        /// The first.
        from: u64,
        /// The one behind the last.
        to: u64,
        /// Why.
        error: String,
    },
    /// What `on_error` was told.
    Failed {
        /// How many lines.
        lines: u64,
        /// Whether they came along.
        shown: bool,
        /// What became of them.
        verdict: String,
    },
    /// Everything is written, and what was durable is told.
    Written,
    /// The writer is closed.
    Closed(Counts),
}

/// The counters at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Whether they add up.
    pub balanced: bool,
    /// Records that were taken.
    pub written: u64,
    /// Records that were found in the spool.
    pub recovered: u64,
    /// Records that the server acknowledged.
    pub stored: u64,
    /// Records that the server refused.
    pub rejected: u64,
    /// Records that were given up.
    pub dropped: u64,
    /// Of these: the files did not hold them any more.
    pub corrupt: u64,
    /// Of these: the files could not be written or read.
    pub io: u64,
    /// Records that are left in the spool.
    pub pending: u64,
    /// The most memory that the process ever had, in KiB; 0 where the system does not tell.
    pub peak: u64,
}

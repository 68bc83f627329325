//! How the writer batches, retries and bounds its memory.

use std::time::Duration;

/// How a [`Writer`](super::Writer) batches, retries and bounds its memory.
///
/// The defaults are those of the official Python client, by its names. [`throughput`](Self::throughput) is the preset
/// for loads.
#[derive(Debug, Clone)]
#[must_use]
pub struct WriteOptions {
    pub(crate) batch_size: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) flush_interval: Duration,
    pub(crate) jitter_interval: Duration,
    pub(crate) retry_interval: Duration,
    pub(crate) max_retries: u32,
    pub(crate) max_retry_delay: Duration,
    pub(crate) max_retry_time: Duration,
    pub(crate) exponential_base: u32,
    pub(crate) max_close_wait: Duration,
    pub(crate) max_age: Duration,
    pub(crate) in_flight: usize,
    pub(crate) full_jitter: bool,
    pub(crate) overflow: Overflow,
    pub(crate) queue_bytes: usize,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            batch_size: 1_000,
            batch_bytes: 1024 * 1024,
            flush_interval: Duration::from_secs(1),
            jitter_interval: Duration::ZERO,
            retry_interval: Duration::from_secs(5),
            max_retries: 5,
            max_retry_delay: Duration::from_secs(125),
            max_retry_time: Duration::from_secs(180),
            exponential_base: 2,
            max_close_wait: Duration::from_secs(300),
            max_age: Duration::from_secs(600),
            in_flight: 1,
            full_jitter: false,
            overflow: Overflow::Wait,
            queue_bytes: 64 * 1024 * 1024,
        }
    }
}

/// What becomes of a record for which the queue has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// `write` waits for room.
    #[default]
    Wait,
    /// `write` is an error, and the record stays with the caller.
    Reject,
    /// The oldest batches that are not being sent are dropped, and handed back.
    DropOldest,
    /// The record itself is dropped, and handed back.
    DropNewest,
}

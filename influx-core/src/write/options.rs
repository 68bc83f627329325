//! How the writer batches, retries and bounds its memory.

use std::time::Duration;

use super::writer::Callbacks;
use super::{Report, Verdict};
use crate::error::{Error, Result};
use crate::http::Backoff;
use crate::line::EncodeOptions;

/// How a [`Writer`](super::Writer) batches, retries and bounds its memory.
///
/// The defaults are those of the official Python client, by its names. [`throughput`](Self::throughput) is the preset
/// for loads.
///
/// ```
/// use std::time::Duration;
/// use influx_core::write::{Overflow, WriteOptions};
///
/// let options = WriteOptions::throughput()
///     .flush_interval(Duration::from_millis(200))
///     .overflow(Overflow::DropOldest)
///     .on_error(|report, verdict| eprintln!("{} lines: {verdict:?}", report.lines));
/// ```
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
    stamp: bool,
    default_tags: Vec<(String, String)>,
    pub(crate) callbacks: Callbacks,
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
            stamp: true,
            default_tags: Vec::new(),
            callbacks: Callbacks::default(),
        }
    }
}

/// A setter, with its documentation.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $name: $type) -> Self {
            self.$name = $name;
            self
        }
    )*};
}

impl WriteOptions {
    /// The defaults, as each option says them.
    pub fn new() -> Self {
        Self::default()
    }

    /// For loads: batches of 10,000 records or 1 MiB, four requests in flight a destination, and retries after up to
    /// 250 ms, 500 ms and so on to 30 s (full jitter), until a record is as old as [`max_age`](Self::max_age).
    ///
    /// With four requests in flight, batches of one destination may overtake each other. That changes what is stored
    /// only where one series is written twice for the same time.
    pub fn throughput() -> Self {
        Self {
            batch_size: 10_000,
            retry_interval: Duration::from_millis(250),
            max_retries: u32::MAX,
            max_retry_delay: Duration::from_secs(30),
            max_retry_time: Duration::MAX,
            in_flight: 4,
            full_jitter: true,
            ..Self::default()
        }
    }

    /// One record, one request, as soon as it is written, and no second attempt. `write` does not wait for the
    /// answer: ask for a receipt to do that.
    pub fn synchronous() -> Self {
        Self { batch_size: 1, flush_interval: Duration::ZERO, max_retries: 0, ..Self::default() }
    }

    setters! {
        /// So many records, and a batch is sent. Default: 1,000.
        batch_size: usize;
        /// So many bytes, and a batch is sent, however few records it has. What a server finds too large lowers it
        /// for its destination. Less than 4 GiB. Default: 1,048,576 bytes.
        batch_bytes: usize;
        /// A batch is sent when its first record is so old, however small it is; at the latest when half of
        /// `max_age` has passed. Default: 1 s.
        flush_interval: Duration;
        /// Up to so much is added to each `flush_interval`, at random, so that many writers do not send at once.
        /// Default: 0.
        jitter_interval: Duration;
        /// The delay before retry n is random between `retry_interval` · `exponential_base`^(n−1) and
        /// `retry_interval` · `exponential_base`^n. Default: 5 s.
        retry_interval: Duration;
        /// After so many failed retries in a row a batch is dropped. 0: one attempt. Waiting for a server that cannot
        /// be reached or for a blocked destination is no retry. Default: 5.
        max_retries: u32;
        /// No delay before a retry is longer, but for what a server asks for (up to 600 s). Default: 125 s.
        max_retry_delay: Duration;
        /// A batch that has been tried again for so long is dropped at its next failure. 0: no retry. Default: 180 s.
        max_retry_time: Duration;
        /// What the delays grow by from retry to retry; at least 1. Default: 2.
        exponential_base: u32;
        /// The deadline of a `close` that names none. Default: 300 s.
        max_close_wait: Duration;
        /// A batch without its verdict is dropped when its first record is so old, whatever it waits for. Only this
        /// ends the waiting for a blocked destination. Default: 10 min.
        max_age: Duration;
        /// How many requests a destination may have in flight. With 1, its records arrive in the order in which they
        /// were written. Default: 1.
        in_flight: usize;
        /// Whether delays before a retry are random from 0 on, instead of from the end of the range before.
        /// Default: `false`.
        full_jitter: bool;
        /// What becomes of a record for which there is no room. Default: [`Overflow::Wait`].
        overflow: Overflow;
        /// How much memory the records without a verdict may hold, over all destinations, in bytes; counted in steps
        /// of 64 KiB, of which each batch takes one at least. Default: 67,108,864.
        queue_bytes: usize;
        /// Whether a record without a time gets that in which it is written, by the clock of this machine, so that
        /// sending it again changes nothing. Otherwise the server stamps it, anew each time that it arrives. Default:
        /// `true`.
        stamp: bool;
    }

    /// A tag for every record of this writer that has none of its key, whichever destination it goes to; it replaces
    /// one of the client's. An empty value takes the client's away. Default: none. What cannot be written is an error
    /// when the writer is made.
    pub fn default_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_tags.push((key.into(), value.into()));
        self
    }

    /// Called for lines that the server acknowledged. Default: nothing.
    ///
    /// All callbacks run one after the other on a thread of their own. One that is slow holds up the sending once
    /// 8 MiB of data wait for it, and nothing else; one that panics is counted, and the next is called. A callback
    /// must not wait for the writer that calls it: use [`try_write`](super::Writer::try_write) there. One that holds a
    /// handle of that writer keeps it alive: close it then, as it does not end with the last handle elsewhere.
    pub fn on_success(mut self, callback: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.callbacks.success = Some(std::sync::Arc::new(callback));
        self
    }

    /// Called for lines that the server refused and for lines that were given up, with the lines themselves. Default:
    /// they are counted only.
    pub fn on_error(mut self, callback: impl Fn(&Report, &Verdict) + Send + Sync + 'static) -> Self {
        self.callbacks.error = Some(std::sync::Arc::new(callback));
        self
    }

    /// Called when lines will be tried again, with the reason and the delay; for a blocked destination once, when it
    /// becomes so. Default: nothing.
    pub fn on_retry(mut self, callback: impl Fn(&Report, &Error, Duration) + Send + Sync + 'static) -> Self {
        self.callbacks.retry = Some(std::sync::Arc::new(callback));
        self
    }

    pub(super) fn backoff(&self) -> Backoff {
        Backoff {
            interval: self.retry_interval,
            base: self.exponential_base,
            cap: self.max_retry_delay,
            full_jitter: self.full_jitter,
        }
    }

    /// How records are encoded: as `encode` says, but for what these options say.
    ///
    /// # Errors
    ///
    /// A default tag cannot be written.
    pub(super) fn encoding(&self, encode: EncodeOptions) -> Result<EncodeOptions> {
        self.default_tags.iter().try_fold(encode.stamp(self.stamp), |encode, (key, value)| {
            let refused =
                |error| Error::config(format!("the writer's default tag {key:?} cannot be written: {error}"));
            encode.default_tag(key, value).map_err(refused)
        })
    }

    /// # Errors
    ///
    /// An option has a value with which nothing could be sent.
    pub(super) fn check(&self) -> Result<()> {
        let zero = [
            ("batch_size", self.batch_size == 0),
            ("batch_bytes", self.batch_bytes == 0),
            ("in_flight", self.in_flight == 0),
            ("exponential_base", self.exponential_base == 0),
            ("queue_bytes", self.queue_bytes == 0),
            ("max_age", self.max_age.is_zero()),
        ];
        if let Some((name, _)) = zero.iter().find(|(_, zero)| *zero) {
            return Err(Error::config(format!("WriteOptions::{name} is 0: it must be at least 1")));
        }
        // Where its lines end is counted in 32 bits.
        if u32::try_from(self.batch_bytes).is_err() {
            return Err(Error::config("WriteOptions::batch_bytes must be less than 4 GiB"));
        }
        Ok(())
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
    /// The oldest batches that are not being sent are dropped, and handed to `on_error`; if there are none, the
    /// record itself is. `write` waits only while `on_error` is slow.
    DropOldest,
    /// The record itself is dropped, and handed to `on_error`. `write` waits only while `on_error` is slow.
    DropNewest,
}

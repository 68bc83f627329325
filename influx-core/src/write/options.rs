//! How the writer batches, retries and bounds its memory.

use std::time::Duration;

use super::writer::{Callbacks, SpoolSettings};
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
    max_retries: Limit<u32>,
    pub(crate) max_retry_delay: Duration,
    max_retry_time: Limit<Duration>,
    pub(crate) exponential_base: u32,
    pub(crate) max_close_wait: Duration,
    max_age: Limit<Duration>,
    pub(crate) in_flight: usize,
    pub(crate) full_jitter: bool,
    pub(crate) overflow: Overflow,
    pub(crate) queue_bytes: usize,
    stamp: bool,
    default_tags: Vec<(String, String)>,
    pub(crate) callbacks: Callbacks,
    pub(crate) spool: Option<SpoolSettings>,
}

/// A limit, and whether the user set it.
#[derive(Debug, Clone, Copy)]
struct Limit<T> {
    value: T,
    set: bool,
}

impl<T> Limit<T> {
    /// Of a preset: it does not hold with a spool.
    fn preset(value: T) -> Self {
        Self { value, set: false }
    }
}

impl<T> From<T> for Limit<T> {
    fn from(value: T) -> Self {
        Self { value, set: true }
    }
}

/// When a batch is given up, all told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) retries: u32,
    pub(crate) retry_time: Duration,
    pub(crate) age: Duration,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            batch_size: 1_000,
            batch_bytes: 1024 * 1024,
            flush_interval: Duration::from_secs(1),
            jitter_interval: Duration::ZERO,
            retry_interval: Duration::from_secs(5),
            max_retries: Limit::preset(5),
            max_retry_delay: Duration::from_secs(125),
            max_retry_time: Limit::preset(Duration::from_secs(180)),
            exponential_base: 2,
            max_close_wait: Duration::from_secs(300),
            max_age: Limit::preset(Duration::from_secs(600)),
            in_flight: 1,
            full_jitter: false,
            overflow: Overflow::Wait,
            queue_bytes: 64 * 1024 * 1024,
            stamp: true,
            default_tags: Vec::new(),
            callbacks: Callbacks::default(),
            spool: None,
        }
    }
}

/// A setter, with its documentation.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, $name: $type) -> Self {
            self.$name = $name.into();
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
            max_retries: Limit::preset(u32::MAX),
            max_retry_delay: Duration::from_secs(30),
            max_retry_time: Limit::preset(Duration::MAX),
            in_flight: 4,
            full_jitter: true,
            ..Self::default()
        }
    }

    /// One record, one request, as soon as it is written, and no second attempt, unless there is a spool. `write` does
    /// not wait for the answer: ask for a receipt to do that.
    pub fn synchronous() -> Self {
        let max_retries = Limit::preset(0);
        Self { batch_size: 1, flush_interval: Duration::ZERO, max_retries, ..Self::default() }
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
        /// be reached or for a blocked destination is no retry. Default: 5; with a spool, no limit.
        max_retries: u32;
        /// No delay before a retry is longer, but for what a server asks for (up to 600 s). Default: 125 s.
        max_retry_delay: Duration;
        /// A batch that has been tried again for so long is dropped at its next failure. 0: no retry. Default: 180 s;
        /// with a spool, no limit.
        max_retry_time: Duration;
        /// What the delays grow by from retry to retry; at least 1. Default: 2.
        exponential_base: u32;
        /// The deadline of a `close` that names none. Default: 300 s.
        max_close_wait: Duration;
        /// A batch without its verdict is dropped when its first record is so old, whatever it waits for. Only this
        /// ends the waiting for a blocked destination. Default: 10 min; with a spool, none.
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

    /// When batches are given up. With a spool the disk is there to wait: only what was set holds.
    pub(super) fn patience(&self) -> Patience {
        fn of<T>(limit: Limit<T>, spool: bool, none: T) -> T {
            if spool && !limit.set { none } else { limit.value }
        }
        let spool = self.spool.is_some();
        let age = of(self.max_age, spool, Duration::MAX);
        Patience {
            retries: of(self.max_retries, spool, u32::MAX),
            retry_time: of(self.max_retry_time, spool, Duration::MAX),
            age: self.spool.as_ref().and_then(SpoolSettings::age_limit).map_or(age, |spool| spool.min(age)),
        }
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
            ("max_age", self.max_age.value.is_zero()),
        ];
        if let Some((name, _)) = zero.iter().find(|(_, zero)| *zero) {
            return Err(Error::config(format!("WriteOptions::{name} is 0: it must be at least 1")));
        }
        // Where its lines end is counted in 32 bits.
        if u32::try_from(self.batch_bytes).is_err() {
            return Err(Error::config("WriteOptions::batch_bytes must be less than 4 GiB"));
        }
        self.spool.as_ref().map_or(Ok(()), SpoolSettings::check)
    }
}

#[cfg(feature = "spool")]
impl WriteOptions {
    /// Keeps batches in files of this directory, so that records outlive the process, and an outage of the server takes
    /// disk in place of memory. A path is enough; see [`SpoolOptions`](super::SpoolOptions), and the section "Spool" of
    /// [`Writer`](super::Writer). One writer at a time can use a directory. Default: none.
    ///
    /// With a spool [`max_retries`](Self::max_retries), [`max_retry_time`](Self::max_retry_time) and
    /// [`max_age`](Self::max_age) hold only if they are set by their methods, not as defaults or by a preset:
    /// the disk is there to wait.
    ///
    /// ```
    /// use influx_core::WriteOptions;
    ///
    /// let options = WriteOptions::throughput().spool("/var/spool/meters");
    /// ```
    pub fn spool(mut self, spool: impl Into<super::SpoolOptions>) -> Self {
        self.spool = Some(spool.into());
        self
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
    /// record itself is. `write` waits only while `on_error` is slow; with a spool it waits, and what is oldest is dropped
    /// only when the files are full, too.
    DropOldest,
    /// The record itself is dropped, and handed to `on_error`. `write` waits only while `on_error` is slow.
    DropNewest,
}

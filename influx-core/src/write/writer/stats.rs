//! What a writer knows of itself: every record in exactly one count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::account::{Account, Phase};
use super::engine::Engine;
use super::route::Route;
use super::spooling::Spooling;
use crate::write::DropReason;

/// Records that were not taken, by the cause. Off the fast path, so that no lock is needed.
#[derive(Debug, Default)]
pub(super) struct Refused {
    pub(super) invalid: AtomicU64,
    pub(super) full: AtomicU64,
    pub(super) closed: AtomicU64,
    pub(super) cancelled: AtomicU64,
}

/// The counters of a writer, or of one destination of it. They count records, but for those of requests and bytes.
///
/// `offered = refused + written`, and `written + recovered = stored + rejected + dropped + pending`, at any time.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Records that a call was made for.
    pub offered: u64,
    /// Records that were not taken.
    pub refused: u64,
    /// Of these: they could not be encoded, or were too large for any request.
    pub refused_invalid: u64,
    /// Of these: there was no room.
    pub refused_full: u64,
    /// Of these: the writer was closed.
    pub refused_closed: u64,
    /// Of these: the future that waited for room was dropped.
    pub refused_cancelled: u64,
    /// Records that were taken.
    pub written: u64,
    /// Records of earlier runs that had no verdict, as the spool's files had them when the writer was made.
    pub recovered: u64,
    /// Fields of records that a call was made for, left out because their number was none or infinite.
    pub fields_skipped: u64,
    /// Records that the server acknowledged.
    pub stored: u64,
    /// Records that the server refused, or that no request can be small enough for.
    pub rejected: u64,
    /// Records that were given up.
    pub dropped: u64,
    /// Of these, by reason: they waited longer than `max_age`.
    pub dropped_expired: u64,
    /// Their retries were used up.
    pub dropped_retries: u64,
    /// There was no room.
    pub dropped_overflow: u64,
    /// The deadline of `close` passed.
    pub dropped_deadline: u64,
    /// The writer was dropped, or its runtime ended.
    pub dropped_writer: u64,
    /// Their destination was blocked for too long.
    pub dropped_blocked: u64,
    /// The spool's files are damaged where they were.
    pub dropped_spool_corrupt: u64,
    /// The spool's files could not be read, or not be written before the writer ended.
    pub dropped_spool_io: u64,
    /// Of these, whatever the reason: an attempt got no verdict on them, so that the server may have stored them.
    pub dropped_possibly_stored: u64,
    /// Records without a verdict.
    pub pending: u64,
    /// Of these: in an open batch.
    pub queued: u64,
    /// Of these: in the spool, or on the way into it, and not in memory to be sent.
    pub spooled: u64,
    /// Of these: in a sealed batch that waits for its turn.
    pub batched: u64,
    /// Of these: in a request.
    pub in_flight: u64,
    /// Of these: between two attempts.
    pub retry_wait: u64,
    /// Of these: in a batch in which bad lines are looked for.
    pub isolating: u64,
    /// Of these: behind a destination that takes nothing.
    pub blocked: u64,
    /// Memory that pending records hold, in bytes, in steps of 64 KiB: what of
    /// [`queue_bytes`](crate::WriteOptions::queue_bytes) is used. That of all destinations.
    pub bytes_reserved: u64,
    /// How large the spool's files are, in bytes. That of all destinations.
    pub spool_bytes: u64,
    /// How often the spool's files could not be written; what was to be written waits in memory, and it is tried again.
    /// That of all destinations.
    pub spool_errors: u64,
    /// The age of the oldest record without a verdict, since it was taken; `None` if there is none. Of records that wait
    /// in the spool it may be up to 10 s too much; those of earlier runs are as old as this writer.
    pub oldest_age: Option<Duration>,
    /// Attempts, each of them a request.
    pub requests: u64,
    /// Attempts that were not the first for their lines.
    pub retries: u64,
    /// Records in these.
    pub resent: u64,
    /// Bytes of the lines of all attempts, before compression.
    pub bytes_raw: u64,
    /// Bytes of the bodies of all attempts as they were sent: compressed, if they were. `None` if what delivers them
    /// does not count. That of all destinations.
    pub bytes_sent: Option<u64>,
    /// Callbacks that panicked; that of all destinations.
    pub callback_panics: u64,
}

impl Stats {
    pub(super) fn of(engine: &Engine) -> Self {
        let mut stats = Self::shared(engine);
        // Held until all are counted, as records go from there to their destinations.
        let backlog = engine.spool.as_ref().map(Spooling::backlog);
        engine.all().iter().for_each(|route| stats.add(route));
        if let Some(backlog) = &backlog {
            stats.add_account(backlog.account());
        }
        stats
    }

    pub(super) fn of_route(engine: &Engine, route: &Route) -> Self {
        let mut stats = Self::shared(engine);
        stats.add(route);
        stats
    }

    /// What does not belong to a destination.
    fn shared(engine: &Engine) -> Self {
        Self {
            bytes_reserved: engine.memory.reserved_bytes(),
            bytes_sent: engine.deliver.bytes_sent(),
            spool_bytes: engine.spool.as_ref().map_or(0, Spooling::bytes),
            spool_errors: engine.spool.as_ref().map_or(0, Spooling::errors),
            callback_panics: engine.caller.panics(),
            ..Self::default()
        }
    }

    fn add(&mut self, route: &Route) {
        let (account, attempts) = {
            let state = route.lock();
            (state.account.clone(), state.attempts)
        };
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let refused = &route.refused;
        self.refused_invalid += count(&refused.invalid);
        self.refused_full += count(&refused.full);
        self.refused_closed += count(&refused.closed);
        self.refused_cancelled += count(&refused.cancelled);
        self.refused =
            self.refused_invalid + self.refused_full + self.refused_closed + self.refused_cancelled;
        self.fields_skipped += route.encoding.skipped();
        self.add_account(&account);
        self.offered = self.refused + self.written;
        self.requests += attempts.requests;
        self.retries += attempts.retries;
        self.resent += attempts.resent;
        self.bytes_raw += attempts.bytes;
        let age = route.oldest().map(|since| since.elapsed());
        self.oldest_age = self.oldest_age.max(age);
    }

    fn add_account(&mut self, account: &Account) {
        let count = |phase| account.count(phase);
        let mut possibly = 0;
        let mut dropped = |reason| {
            let count = |possibly_stored| account.count(Phase::Dropped { reason, possibly_stored });
            possibly += count(true);
            count(false) + count(true)
        };
        self.written += account.written();
        self.recovered += account.recovered();
        self.stored += count(Phase::Stored);
        self.rejected += count(Phase::Rejected);
        self.dropped_expired += dropped(DropReason::Expired);
        self.dropped_retries += dropped(DropReason::RetriesExhausted);
        self.dropped_overflow += dropped(DropReason::Overflow);
        self.dropped_deadline += dropped(DropReason::ShutdownDeadline);
        self.dropped_writer += dropped(DropReason::WriterDropped);
        self.dropped_blocked += dropped(DropReason::BlockedTooLong);
        self.dropped_spool_corrupt += dropped(DropReason::SpoolCorrupt);
        self.dropped_spool_io += dropped(DropReason::SpoolIo);
        self.dropped_possibly_stored += possibly;
        self.dropped = self.dropped_expired
            + self.dropped_retries
            + self.dropped_overflow
            + self.dropped_deadline
            + self.dropped_writer
            + self.dropped_blocked
            + self.dropped_spool_corrupt
            + self.dropped_spool_io;
        self.pending += account.pending();
        self.queued += count(Phase::Queued);
        self.spooled += count(Phase::Spooled);
        self.batched += count(Phase::Batched);
        self.in_flight += count(Phase::InFlight);
        self.retry_wait += count(Phase::RetryWait);
        self.isolating += count(Phase::Isolating);
        self.blocked += count(Phase::Blocked);
    }

    /// Whether every record that was offered is in exactly one count.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.offered == self.refused + self.written
            && self.written + self.recovered == self.stored + self.rejected + self.dropped + self.pending
    }
}

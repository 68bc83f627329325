//! The spool of a writer: its files, what of them is in queues, and what is known of earlier runs.

mod backlog;
mod clock;
mod end;
mod job;
mod kept;
mod load;
mod pump;
mod reader;
mod slot;
mod store;
mod thread;
mod timer;

use std::sync::{Arc, MutexGuard};

use self::backlog::{Backlog, Held};
use self::clock::Clock;
pub(in crate::write::writer) use self::end::{end, end_now, end_soon, gone};
pub(in crate::write::writer) use self::kept::Kept;
pub(in crate::write::writer) use self::load::{Spooled, course};
pub(in crate::write::writer) use self::pump::pump;
use self::slot::Slots;
pub(in crate::write::writer) use self::slot::{Running, Slot};
use self::store::{Fresh, Store};
pub(in crate::write::writer) use self::timer::Timer;
use super::super::account::Phase;
use super::super::budget::STEP;
use super::super::engine::Engine;
use super::super::flush::Watch;
use super::super::queue::{Body, Sealed};
use super::super::receipt::Ticket;
use super::super::route::{After, Route};
use crate::error::{Error, Result};
use crate::write::isolate::Settled;
pub(crate) use crate::write::spool::SpoolOptions as SpoolSettings;
use crate::write::spool::{Disk, Log, check_destination};
use crate::write::{Destination, Part, WriteOptions};

/// The spool of a writer.
#[derive(Debug)]
pub(in crate::write::writer) struct Spooling {
    store: Arc<Store>,
    clock: Clock,
    backlog: Backlog,
    /// Batches that queues have of it.
    queued: Slots,
    /// Batches that queues have because the files cannot be written.
    lent: Slots,
    running: Slots,
}

/// Opens the spool that the options ask for.
///
/// # Errors
///
/// [`Spool`](crate::ErrorKind::Spool): another process has it, a newer version made it, or it cannot be read.
pub(in crate::write::writer) fn open(options: &WriteOptions) -> Result<Option<Spooling>> {
    match &options.spool {
        None => Ok(None),
        Some(settings) => {
            let disk = Arc::new(Disk::open(&settings.path)?);
            let log = Log::open(disk, settings.max_bytes).map_err(|error| error.at(&settings.path))?;
            Spooling::new(log, settings, options.queue_bytes).map(Some)
        }
    }
}

/// What receipts of its lines are told at first.
pub(in crate::write::writer) fn kept(engine: &Engine) -> Kept {
    if engine.spool.is_some() { Kept::Waiting } else { Kept::Nowhere }
}

/// Begins to send what is left of earlier runs.
pub(in crate::write::writer) fn start(engine: &Arc<Engine>) {
    let Some(spool) = &engine.spool else { return };
    if spool.backlog.first().is_some() {
        pump(engine);
    }
}

impl Spooling {
    /// Over files that are open.
    pub(in crate::write::writer) fn new(
        log: Log,
        settings: &SpoolSettings,
        queue_bytes: usize,
    ) -> Result<Self> {
        let (next_seq, shelf) = (log.next_seq(), log.shelf());
        let backlog = Backlog::new(log.unsettled());
        let store = Store::new(settings, next_seq, backlog.first(), shelf);
        let store = Arc::new(store);
        thread::start(Arc::clone(&store), log, settings.fsync, queue_bytes)?;
        let (queued, lent, running) = (Slots::new(&store), Slots::new(&store), Slots::new(&store));
        Ok(Self { store, clock: Clock::now(), backlog, queued, lent, running })
    }

    /// How large the files are.
    pub(in crate::write::writer) fn bytes(&self) -> u64 {
        self.store.bytes()
    }

    /// How often they could not be written.
    pub(in crate::write::writer) fn errors(&self) -> u64 {
        self.store.errors()
    }

    /// # Errors
    ///
    /// The files have no room for its names.
    pub(in crate::write::writer) fn check(&self, destination: &Destination) -> Result<()> {
        check_destination(destination).map_err(|error| Error::config(error.to_string()))
    }

    /// What no destination has of earlier runs; nobody gets any while it is looked at.
    pub(in crate::write::writer) fn backlog(&self) -> MutexGuard<'_, Held> {
        self.backlog.lock()
    }

    /// Takes a batch in that was sealed just now. Says whether it goes into the queue, too.
    pub(in crate::write::writer) fn take_in(
        &self,
        engine: &Engine,
        route: &Arc<Route>,
        sealed: &mut Sealed,
        ticket: Option<&Arc<Ticket>>,
        after: &mut After,
    ) -> bool {
        let Body::Memory(batch) = &sealed.body else { return true };
        let given = self.store.take_in(Fresh {
            route,
            batch,
            ticket,
            born_ms: self.clock.stamp(sealed.born),
            charge: &mut sealed.label.charge,
            // Half of the memory stays free for what goes into the files only.
            crowded: 2 * engine.memory.reserved_bytes() > u64::from(engine.memory.total()) * STEP as u64,
        });
        sealed.label.id = given.first;
        after.pump |= given.fell_behind;
        given.queued
    }

    /// A number for lines that are given up at once.
    pub(in crate::write::writer) fn number(&self, lines: u64) -> u64 {
        self.store.number(lines)
    }

    /// Lines of the batch `id` have their verdict.
    pub(in crate::write::writer) fn settle(&self, id: u64, part: &Part) {
        let seqs = part.runs().map(|run| id + u64::from(run.start)..id + u64::from(run.end));
        self.store.settle(seqs);
    }

    /// Whether a batch is of an earlier run.
    pub(in crate::write::writer) fn is_earlier(&self, id: u64) -> bool {
        self.backlog.has(id)
    }

    /// Lines of earlier runs have their verdict: whoever waits for them is told.
    pub(in crate::write::writer) fn end_earlier(&self, settled: &Settled) {
        self.backlog().settle(settled.part.lines() as u64, &settled.verdict);
    }

    /// A queue gives a batch back: the `rest` of it, without a verdict, stays in the files. Says whether they have it, or
    /// will.
    pub(in crate::write::writer) fn stays(
        &self,
        route: &Route,
        id: u64,
        rest: &[Settled],
        from: Phase,
    ) -> bool {
        let possibly_stored = rest.iter().any(Settled::is_possibly_stored);
        route.stay(id, rest, from, || self.store.give_back(id, possibly_stored))
    }

    /// Whether nothing is on its way into the files, so that nothing gives memory back.
    pub(in crate::write::writer) fn is_idle(&self) -> bool {
        self.store.lock().jobs.is_empty()
    }

    /// How many batches are on their way into the files.
    #[cfg(test)]
    pub(in crate::write::writer) fn jobs(&self) -> usize {
        self.store.lock().jobs.len()
    }

    /// Someone waits for memory.
    pub(in crate::write::writer) fn hurry(&self) {
        self.store.progress.notify_one();
    }

    pub(in crate::write::writer) fn watch(&self, watch: &Arc<Watch>) {
        self.backlog().watch(watch);
    }

    /// A destination takes nothing, and may be one of earlier runs.
    pub(in crate::write::writer) fn blocked(&self, destination: &Arc<Destination>, reason: &Arc<Error>) {
        self.backlog().blocked(destination, reason);
    }

    /// A lane runs, until this is dropped.
    pub(in crate::write::writer) fn running(&self) -> Running {
        self.running.take(0)
    }
}

impl Drop for Spooling {
    fn drop(&mut self) {
        self.store.close(None);
    }
}

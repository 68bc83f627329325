//! What the tasks of a writer and the thread of its files share: the batches on their way into these, by sequence number.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::job::{Job, Lent};
use super::kept::{Kept, Trouble};
use crate::write::batch::Batch;
use crate::write::spool::{Cursor, Ranges, Shelf, SpoolOptions, SpoolUse};
use crate::write::writer::budget::Charge;
use crate::write::writer::engine::Engine;
use crate::write::writer::receipt::Ticket;
use crate::write::writer::route::Route;

#[derive(Debug)]
pub(super) struct Store {
    /// For messages.
    path: PathBuf,
    /// Whether every batch is written, or only while memory is short.
    always: bool,
    /// How large the files are.
    pub(super) bytes: AtomicU64,
    /// How often they could not be written.
    pub(super) errors: AtomicU64,
    shared: Mutex<Shared>,
    /// Wakes the thread, and who waits for its end.
    pub(super) wake: Condvar,
    /// Tells the pump that the thread has got on, or cannot, that a queue has room, or that memory has none.
    pub(super) progress: Notify,
    /// Tells tasks that the thread has gone.
    pub(super) gone: Notify,
}

#[derive(Debug)]
pub(super) struct Shared {
    /// Of the next batch that is sealed.
    next_seq: u64,
    /// What is not written for good, in the order of its numbers.
    pub(super) jobs: VecDeque<Job>,
    /// What has its verdict, and what the log was not told yet.
    pub(super) settled: Ranges,
    /// Batches go into the files only, until the pump has caught up.
    behind: bool,
    /// Where the pump starts.
    pump_from: u64,
    /// Below it everything is in the files for good.
    pub(super) committed: u64,
    /// Whose the batches are that the pump has not met.
    owners: VecDeque<(Range<u64>, Arc<Route>)>,
    /// Why nothing can be written now.
    pub(super) trouble: Option<Arc<Trouble>>,
    pub(super) closing: bool,
    /// Who is told at the end, and is here until then, whoever else has gone.
    pub(super) engine: Option<Arc<Engine>>,
    /// The thread has written what it could and has let go of the files.
    pub(super) ended: bool,
    /// The thread has told everyone, and the lock of the directory is free.
    pub(super) gone: bool,
    /// Someone waits for room.
    pub(super) urgent: bool,
    /// What the files are read by, until they are closed.
    pub(super) shelf: Option<Arc<Shelf>>,
    /// That of the pump, between two reads.
    pub(super) cursor: Option<Cursor>,
    pub(super) readers: usize,
}

/// A batch that was sealed just now.
pub(super) struct Fresh<'a> {
    pub(super) route: &'a Arc<Route>,
    pub(super) batch: &'a Arc<Batch>,
    pub(super) ticket: Option<&'a Arc<Ticket>>,
    pub(super) born_ms: u64,
    pub(super) charge: &'a mut Option<Charge>,
    /// Whether much of the memory is in use.
    pub(super) crowded: bool,
}

/// Where it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) first: u64,
    /// Into the queue, too; otherwise into the files only.
    pub(super) queued: bool,
    /// The pump is to be started.
    pub(super) fell_behind: bool,
}

/// What comes next for the pump.
#[derive(Debug)]
pub(super) enum Ahead {
    /// There is something in the files, below this.
    Read(u64),
    /// Only memory has it, and may have it for long.
    Lent(Lent),
    /// It is on its way into the files.
    Wait,
    /// Nothing: batches go to the queues again.
    CaughtUp,
}

impl Store {
    /// `next_seq` is that of the log, `backlog` the first number that has no verdict there.
    pub(super) fn new(
        settings: &SpoolOptions,
        next_seq: u64,
        backlog: Option<u64>,
        shelf: Arc<Shelf>,
    ) -> Self {
        let shared = Shared {
            next_seq,
            jobs: VecDeque::new(),
            settled: Ranges::default(),
            behind: backlog.is_some(),
            pump_from: backlog.unwrap_or(next_seq),
            committed: next_seq,
            owners: VecDeque::new(),
            trouble: None,
            closing: false,
            engine: None,
            ended: false,
            gone: false,
            urgent: false,
            shelf: Some(shelf),
            cursor: None,
            readers: 0,
        };
        Self {
            path: settings.path.clone(),
            always: settings.when == SpoolUse::Always,
            bytes: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            shared: Mutex::new(shared),
            wake: Condvar::new(),
            progress: Notify::new(),
            gone: Notify::new(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    /// Numbers for lines that never come into the files.
    pub(super) fn number(&self, lines: u64) -> u64 {
        let mut shared = self.lock();
        let first = shared.next_seq;
        shared.next_seq += lines;
        first
    }

    /// Takes a batch in: into the files, into the queue, or both. Call it with the lock of its route, so that numbers
    /// ascend there.
    pub(super) fn take_in(&self, fresh: Fresh<'_>) -> Given {
        let lines = u32::try_from(fresh.batch.lines()).unwrap_or(u32::MAX);
        let mut shared = self.lock();
        let first = shared.next_seq;
        let end = first + u64::from(lines);
        shared.next_seq = end;
        let queued = !shared.behind && !fresh.crowded;
        let fell_behind = !queued && !shared.behind;
        if fell_behind {
            (shared.behind, shared.pump_from) = (true, first);
        }
        if !queued {
            shared.own(first..end, fresh.route);
        }
        if let (Some(ticket), Some(trouble)) = (fresh.ticket, &shared.trouble) {
            ticket.keep(Kept::Failing(Arc::clone(trouble)));
        }
        shared.jobs.push_back(Job {
            first,
            lines,
            left: lines,
            batch: Arc::clone(fresh.batch),
            born_ms: fresh.born_ms,
            charge: if queued { None } else { fresh.charge.take() },
            ticket: fresh.ticket.cloned(),
            route: Arc::clone(fresh.route),
            taken: queued,
            appended: false,
            possibly_stored: false,
        });
        if self.writes(&shared) {
            self.wake.notify_all();
        }
        Given { first, queued, fell_behind }
    }

    /// Whether the thread is to write what there is.
    pub(super) fn writes(&self, shared: &Shared) -> bool {
        self.always || shared.behind || shared.closing
    }

    /// Lines of a batch have their verdict. Without any left, it need not be written.
    pub(super) fn settle(&self, ranges: impl Iterator<Item = Range<u64>>) {
        let mut through = Vec::new();
        let mut shared = self.lock();
        let first = shared.settled.first();
        for range in ranges {
            if let Some(at) = shared.find(range.start) {
                let job = &mut shared.jobs[at];
                job.left = job.left.saturating_sub((range.end - range.start) as u32);
                if job.left == 0 {
                    through.extend(shared.jobs.remove(at));
                }
            }
            shared.settled.insert(range);
        }
        let news = shared.settled.first() != first;
        drop(shared);
        drop(through);
        // Otherwise the thread knows when to look: the first says whether anything of it is in the files.
        if news {
            self.wake.notify_all();
        }
    }

    /// Room is made as soon as may be.
    pub(super) fn hurry(&self) {
        self.lock().urgent = true;
        self.wake.notify_all();
    }

    /// Whether the files have no room for what is to be written.
    pub(super) fn is_full(&self) -> bool {
        self.lock().trouble.as_ref().is_some_and(|trouble| trouble.full)
    }

    /// A queue gives a batch up that it had, without a verdict for all of its lines. Says whether the files have it, or
    /// will: otherwise that is up to the caller.
    pub(super) fn give_back(&self, first: u64, possibly_stored: bool) -> bool {
        let mut shared = self.lock();
        let ended = shared.ended;
        match shared.find(first) {
            None => true,
            Some(_) if ended => false,
            Some(at) => {
                let job = &mut shared.jobs[at];
                job.taken = false;
                job.possibly_stored |= possibly_stored;
                true
            }
        }
    }

    pub(super) fn pump_from(&self) -> u64 {
        self.lock().pump_from
    }

    /// What comes after `position` for the pump; `lend` says that a queue may have what waits for a disk that is full.
    pub(super) fn ahead(&self, position: u64, lend: bool) -> Ahead {
        let mut shared = self.lock();
        if position < shared.committed {
            return Ahead::Read(shared.committed);
        }
        if shared.jobs.iter().rev().all(|job| job.taken) {
            // at a close they stay where they are
            if !shared.closing {
                shared.behind = false;
                shared.cursor = None;
                shared.owners.clear();
            }
            return Ahead::CaughtUp;
        }
        if shared.trouble.is_none() || shared.closing || !lend {
            return Ahead::Wait;
        }
        let first = shared.jobs.iter_mut().find(|job| !job.taken);
        first.map_or(Ahead::Wait, |job| Ahead::Lent(job.lend()))
    }

    /// The pump has passed what is below; says whose `range` was, piece by piece.
    pub(super) fn passed(&self, range: &Range<u64>) -> Vec<(Range<u64>, Arc<Route>)> {
        let mut shared = self.lock();
        let mut pieces = Vec::new();
        while let Some((owned, route)) = shared.owners.front_mut()
            && owned.start < range.end
        {
            let piece = owned.start.max(range.start)..owned.end.min(range.end);
            if !piece.is_empty() {
                pieces.push((piece, Arc::clone(route)));
            }
            if owned.end > range.end {
                owned.start = range.end;
                break;
            }
            shared.owners.pop_front();
        }
        pieces
    }

    /// Takes no more batches in from queues and ends when all are written, or cannot be, and `engine` was told, if there
    /// is one.
    pub(super) fn close(&self, engine: Option<&Arc<Engine>>) {
        let mut shared = self.lock();
        shared.closing = true;
        if !shared.gone && shared.engine.is_none() {
            shared.engine = engine.cloned();
        }
        drop(shared);
        self.wake.notify_all();
    }

    /// The thread has ended. Gives the batches that could not be written, but for those that a queue has: it is told
    /// when it gives them back.
    pub(super) fn end(&self) -> Vec<Lent> {
        let mut shared = self.lock();
        shared.ended = true;
        shared.jobs.iter_mut().filter(|job| !job.taken).map(Job::lend).collect()
    }

    /// How many lines of these numbers are in no file and get their verdict from a queue, after the end of the thread.
    pub(super) fn awaited(&self, seqs: &Range<u64>) -> u64 {
        let shared = self.lock();
        let from = shared.jobs.partition_point(|job| job.first < seqs.start);
        let jobs = shared.jobs.range(from..).take_while(|job| job.first < seqs.end);
        jobs.filter(|job| job.taken).map(|job| u64::from(job.left)).sum()
    }

    /// The lines of a batch that have no verdict.
    pub(super) fn missing(&self, seqs: Range<u64>) -> Ranges {
        self.lock().settled.missing(seqs)
    }
}

impl Shared {
    fn own(&mut self, seqs: Range<u64>, route: &Arc<Route>) {
        match self.owners.back_mut() {
            Some((owned, owner)) if owned.end == seqs.start && Arc::ptr_eq(owner, route) => {
                owned.end = seqs.end;
            }
            _ => self.owners.push_back((seqs, Arc::clone(route))),
        }
    }

    /// Where the job stands that holds a number.
    fn find(&self, seq: u64) -> Option<usize> {
        let at = self.jobs.partition_point(|job| job.first <= seq).checked_sub(1)?;
        (seq < self.jobs[at].end()).then_some(at)
    }

    /// The first job that is not appended: none behind it is.
    pub(super) fn first_to_append(&self) -> usize {
        self.jobs.partition_point(|job| job.appended)
    }

    /// What is below `end` is appended.
    pub(super) fn appended(&mut self, end: u64) {
        let waiting = self.jobs.range_mut(self.first_to_append()..);
        waiting.take_while(|job| job.end() <= end).for_each(|job| job.appended = true);
    }

    /// What is not below `first` is not appended after all, and the log does not have it that some of it is `settled`.
    pub(super) fn take_back(&mut self, first: u64, settled: &Ranges) {
        settled.iter().for_each(|range| self.settled.insert(range));
        let back = self.jobs.iter_mut().rev().take_while(|job| job.end() > first);
        back.for_each(|job| job.appended = false);
    }

    /// Why nothing can be appended: all who wait for that are told.
    pub(super) fn fail(&mut self, trouble: Trouble) {
        let trouble = Arc::new(trouble);
        let waiting = self.jobs.range(self.first_to_append()..);
        waiting.for_each(|job| job.tell(Kept::Failing(Arc::clone(&trouble))));
        self.trouble = Some(trouble);
    }
}

#[cfg(test)]
mod tests;

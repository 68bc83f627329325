//! One destination: its queue, its lanes and its account, behind one lock.

mod ends;
#[cfg(feature = "spool")]
mod spooled;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::account::{Account, Attempts, Phase};
use super::budget::{Charge, Isolation};
use super::engine::Engine;
use super::flush::Watch;
use super::gate::Gate;
use super::queue::{Body, Label, Limits, Lines, Open, Sealed, later};
use super::receipt::{Receipt, Ticket};
use super::scratch::Encoding;
use super::spooling::{self, Timer};
use super::stats::Refused;
use super::unsettled::Unsettled;
use crate::error::Error;
use crate::write::Destination;

/// A destination of a writer.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) destination: Arc<Destination>,
    pub(super) encoding: Encoding,
    pub(super) refused: Refused,
    /// Shut while the destination is throttled or blocked.
    pub(super) gate: Gate,
    /// Wakes the lane that waits for the open batch.
    pub(super) wake: Notify,
    /// The open batch's id, or `NONE`: to be read without the lock.
    pub(super) opened: AtomicU64,
    /// Seals the open batch where lanes may have no time for that.
    pub(super) timer: Timer,
    state: Mutex<State>,
}

/// No batch is open.
pub(super) const NONE: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct State {
    closed: bool,
    open: Open,
    sealed: VecDeque<Sealed>,
    pub(super) unsettled: Unsettled,
    /// Of the next line that is sealed, unless there is a spool, which numbers those of all destinations.
    next_id: u64,
    lanes: usize,
    /// Whether a lane waits for the open batch.
    waiting: bool,
    limits: Limits,
    pub(super) blocked: Option<Arc<Error>>,
    pub(super) isolation: Isolation,
    pub(super) account: Account,
    pub(super) attempts: Attempts,
}

/// What is to be done after the lock is released.
#[derive(Debug, Default, Clone, Copy)]
#[must_use]
pub(super) struct After {
    /// A lane was counted: start it.
    pub(super) lane: bool,
    /// The waiting lane has work.
    pub(super) wake: bool,
    /// A batch was opened: there may be too many.
    pub(super) opened: bool,
    /// Batches go into the spool from now on: start what takes them out again.
    pub(super) pump: bool,
}

/// Why lines were not admitted.
#[derive(Debug)]
pub(super) enum Refusal {
    Closed,
    Full,
}

/// What a lane does next.
#[derive(Debug)]
pub(super) enum Next {
    Take(Sealed),
    /// Until the open batch is due, or the lane is woken.
    Wait(Instant),
    /// There is nothing to do; the lane is not counted any more.
    End,
}

impl Route {
    pub(super) fn new(engine: &Engine, destination: Destination, encoding: Encoding, closed: bool) -> Self {
        let options = &engine.options;
        let state = State {
            closed,
            open: Open::new(Charge::none(&engine.memory), spooling::kept(engine)),
            sealed: VecDeque::new(),
            unsettled: Unsettled::default(),
            next_id: 0,
            lanes: 0,
            waiting: false,
            limits: Limits { rows: options.batch_size, bytes: options.batch_bytes },
            blocked: None,
            isolation: Isolation::new(),
            account: Account::default(),
            attempts: Attempts::default(),
        };
        Self {
            destination: Arc::new(destination),
            encoding,
            refused: Refused::default(),
            gate: Gate::new(),
            wake: Notify::new(),
            opened: AtomicU64::new(NONE),
            timer: Timer::default(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends all lines, or none. `granted` are steps that were taken for them before.
    #[inline]
    pub(super) fn admit(
        self: &Arc<Self>,
        engine: &Arc<Engine>,
        lines: &Lines<'_>,
        granted: u32,
        receipt: Option<&mut Receipt>,
    ) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refusal::Closed);
        }
        let limits = state.limits;
        if granted > 0 || !state.open.append_one(lines, limits) {
            return self.admit_to(state, engine, lines, granted, receipt);
        }
        state.account.transition(1, None, Phase::Queued);
        if let Some(receipt) = receipt {
            state.open.receipt(1, receipt);
        }
        Ok(())
    }

    /// As [`admit`](Self::admit), where batches are to be opened, enlarged or sealed.
    #[inline(never)]
    fn admit_to(
        self: &Arc<Self>,
        mut state: MutexGuard<'_, State>,
        engine: &Arc<Engine>,
        lines: &Lines<'_>,
        granted: u32,
        mut receipt: Option<&mut Receipt>,
    ) -> Result<(), Refusal> {
        let mut after = After::default();
        let need = state.open.need(lines, state.limits);
        if need > granted {
            // Apart, the open batch and these lines may need a step less than together.
            if granted > 0 {
                self.seal(&mut state, engine, &mut after);
            }
            let more = state.open.need(lines, state.limits).saturating_sub(granted);
            if more > 0 && !engine.memory.take(more) {
                engine.memory.give_back(granted);
                after.lane = state.lane_is_due(engine);
                drop(state);
                engine.follow(self, after);
                return Err(Refusal::Full);
            }
        }
        if granted > 0 {
            let need = state.open.need(lines, state.limits);
            engine.memory.give_back(granted.saturating_sub(need));
        }
        let mut from = 0;
        while from < lines.ends.len() {
            if state.open.is_empty() {
                let id = state.next_id;
                state.open.begin(engine.open_for(), &engine.pool);
                self.opened.store(id, Ordering::Relaxed);
                engine.opened.began();
                after.opened = true;
            }
            let limits = state.limits;
            let filled = state.open.append(lines, from, limits);
            if !filled.is_empty() {
                from = filled.end;
                state.account.transition(filled.len() as u64, None, Phase::Queued);
                if let Some(receipt) = receipt.as_deref_mut() {
                    state.open.receipt(filled.len(), receipt);
                }
            }
            if filled.is_empty() || state.open.is_full(limits) {
                self.seal(&mut state, engine, &mut after);
            }
        }
        if after.opened || after.wake {
            after.lane = state.lane_is_due(engine);
        }
        drop(state);
        engine.follow(self, after);
        // Only now, when whoever begins to wait sees this batch, too.
        if need > 0 && engine.memory.is_short() {
            self.seal_if_last(engine);
        }
        Ok(())
    }

    /// Seals the open batch, if there is one.
    fn seal(self: &Arc<Self>, state: &mut State, engine: &Engine, after: &mut After) {
        if state.open.is_empty() {
            return;
        }
        let (id, lines) = (state.next_id, state.open.rows() as u64);
        state.next_id += lines;
        let (precision, age) = (self.encoding.precision(), engine.patience.age);
        let (mut sealed, ticket) = state.open.seal(id, &self.destination, precision, age, &engine.pool);
        let mut queued = true;
        if let Some(spool) = &engine.spool {
            queued = spool.take_in(engine, self, &mut sealed, ticket.as_ref(), after);
        }
        let phase = if queued { Phase::Batched } else { Phase::Spooled };
        state.account.transition(lines, Some(Phase::Queued), phase);
        state.unsettled.push(sealed.ids(lines), lines, ticket, sealed.born, !queued);
        if queued {
            state.sealed.push_back(sealed);
        }
        self.opened.store(NONE, Ordering::Relaxed);
        engine.opened.ended();
        after.wake = state.waiting;
    }

    /// Takes lines in that are given up at once, for want of memory.
    pub(super) fn take_newest(
        &self,
        engine: &Engine,
        lines: &Lines<'_>,
        receipt: Option<&mut Receipt>,
    ) -> Sealed {
        let mut state = self.lock();
        let rows = lines.ends.len() as u64;
        let mut id = state.next_id;
        state.next_id += rows;
        if let Some(spool) = &engine.spool {
            id = spool.number(rows);
        }
        state.account.transition(rows, None, Phase::Batched);
        let ticket = receipt.map(|receipt| {
            let ticket = Ticket::new(spooling::kept(engine));
            receipt.add(&ticket, 0..rows as u32);
            ticket
        });
        let body = Body::Memory(lines.batch(&self.destination, self.encoding.precision()));
        let born = Instant::now();
        let expires = later(born, engine.patience.age);
        let sealed = Sealed {
            label: Label { id, expires, charge: None, slot: None, possibly_stored: false },
            born,
            body,
        };
        state.unsettled.push(sealed.ids(rows), rows, ticket, born, false);
        sealed
    }

    /// How large a batch may become.
    pub(super) fn limits(&self) -> Limits {
        self.lock().limits
    }

    /// Seals the open batch, if nothing else of this destination gives memory back.
    pub(super) fn seal_if_last(self: &Arc<Self>, engine: &Arc<Engine>) {
        let empty = self.lock().unsettled.is_empty();
        if empty || engine.spool.as_ref().is_some_and(|spool| spool.is_idle()) {
            self.seal_now(engine);
        }
    }

    /// Seals the open batch before it is full or due.
    pub(super) fn seal_now(self: &Arc<Self>, engine: &Arc<Engine>) {
        let mut after = After::default();
        let mut state = self.lock();
        self.seal(&mut state, engine, &mut after);
        after.lane = state.lane_is_due(engine);
        drop(state);
        engine.follow(self, after);
    }

    /// Gives a lane its work; `waited` says that it comes from [`Next::Wait`].
    pub(super) fn next(self: &Arc<Self>, engine: &Arc<Engine>, waited: bool) -> Next {
        let mut after = After::default();
        let mut state = self.lock();
        if waited {
            state.waiting = false;
        }
        if state.sealed.is_empty() && !state.open.is_empty() && state.open.due <= Instant::now() {
            self.seal(&mut state, engine, &mut after);
        }
        let next = match state.sealed.pop_front() {
            Some(sealed) => Next::Take(sealed),
            None if state.open.is_empty() || state.waiting => {
                state.lanes -= 1;
                Next::End
            }
            None => {
                state.waiting = true;
                Next::Wait(state.open.due)
            }
        };
        after.lane = state.lane_is_due(engine);
        drop(state);
        engine.follow(self, after);
        next
    }

    /// The server takes no more than so many bytes at once.
    pub(super) fn learn(&self, bytes: usize) {
        let mut state = self.lock();
        state.limits.bytes = state.limits.bytes.min(bytes.max(1));
    }

    /// Takes the oldest batch out that no lane has taken: the open one if no other is left.
    pub(super) fn take_oldest(self: &Arc<Self>, engine: &Engine) -> Option<Sealed> {
        let mut state = self.lock();
        if state.sealed.is_empty() {
            self.seal(&mut state, engine, &mut After::default());
        }
        state.sealed.pop_front()
    }

    /// Admits no more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
    }
}

impl State {
    /// Whether there is work that no lane will come for; then one more is counted, and is to be started.
    fn lane_is_due(&mut self, engine: &Engine) -> bool {
        let work = !self.sealed.is_empty() || !self.open.is_empty();
        let due = work && !self.waiting && self.lanes < engine.options.in_flight;
        if due {
            self.lanes += 1;
        }
        due
    }
}

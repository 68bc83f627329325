//! The course of one batch: attempts, waits and verdicts, until each line has its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::account::Phase;
use super::budget::Charge;
use super::callback::Room;
use super::engine::Engine;
use super::gate::Pass;
use super::observe;
use super::queue::{Body, Label, Sealed, later};
use super::route::Route;
use super::spooling::{Slot, Spooled};
use crate::http::Backoff;
use crate::write::batch::Batch;
use crate::write::isolate::{Plan, Settled, Then};
use crate::write::{DropReason, Part, Progress};

/// How often a blocked destination is asked whether it still is.
const BLOCKED: Backoff =
    Backoff { interval: Duration::from_secs(1), base: 2, cap: Duration::from_secs(60), full_jitter: true };
/// And no sooner than this.
const SOONEST: Duration = Duration::from_secs(1);
/// No server may ask for a longer wait.
const LONGEST: Duration = Duration::from_secs(600);

/// A batch on its way. Dropped before its end, it gives up what has no verdict: nothing is lost in silence.
#[derive(Debug)]
pub(super) struct Course {
    engine: Arc<Engine>,
    route: Arc<Route>,
    id: u64,
    plan: Plan,
    /// Verdicts that were not told yet.
    verdicts: VecDeque<Settled>,
    /// The state of the lines that are `left`.
    phase: Phase,
    /// Lines whose verdict was not told yet.
    left: u64,
    /// When its records are too old.
    expires: Instant,
    retry: Retry,
    /// When the next attempt may be made, as far as this batch is concerned.
    not_before: Option<Instant>,
    isolating: bool,
    /// Whether the next request is to be paid for.
    owing: bool,
    charge: Option<Charge>,
    _slot: Option<Slot>,
    batch: Option<Arc<Batch>>,
}

/// The failures in a row of a batch.
#[derive(Debug, Default)]
struct Retry {
    count: u32,
    since: Option<Instant>,
    /// Time that does not count: others were probing, or the destination was blocked.
    aside: Duration,
}

impl Course {
    /// Of a batch in memory. One whose lines are in the spool comes back, as they are to be loaded before.
    pub(super) fn of(
        engine: &Arc<Engine>,
        route: &Arc<Route>,
        sealed: Sealed,
    ) -> Result<Self, (Label, Spooled)> {
        match sealed.body {
            Body::Memory(batch) => {
                let part = Part::whole(Arc::clone(&batch));
                Ok(Self::new(engine, route, sealed.label, batch, part))
            }
            Body::Spool(spooled) => Err((sealed.label, spooled)),
        }
    }

    /// Of the lines of a batch that have no verdict.
    pub(super) fn new(
        engine: &Arc<Engine>,
        route: &Arc<Route>,
        label: Label,
        batch: Arc<Batch>,
        part: Part,
    ) -> Self {
        let Label { id, expires, charge, slot, possibly_stored } = label;
        Self {
            engine: Arc::clone(engine),
            route: Arc::clone(route),
            id,
            left: part.lines() as u64,
            plan: Plan::anew(part, possibly_stored),
            verdicts: VecDeque::new(),
            phase: Phase::Batched,
            expires,
            retry: Retry::default(),
            not_before: None,
            isolating: false,
            owing: false,
            charge,
            _slot: slot,
            batch: Some(batch),
        }
    }

    /// Sends the batch until every line has its verdict, or its time or its retries are over.
    pub(super) async fn run(mut self) {
        let (engine, route) = (Arc::clone(&self.engine), Arc::clone(&self.route));
        loop {
            self.tell().await;
            if self.left == 0 {
                break;
            }
            let expires = self.expires;
            let in_time = match Instant::now() < expires {
                true => tokio::time::timeout_at(expires, self.turn(&engine, &route)).await.ok(),
                false => None,
            };
            match in_time {
                Some((server, destination)) => self.attempt(server, destination).await,
                None if route.lock().blocked.is_some() => self.give_up(DropReason::BlockedTooLong),
                None => self.give_up(DropReason::Expired),
            }
        }
        if !self.isolating {
            route.lock().isolation.clean();
        }
    }

    /// Waits until an attempt may be made.
    async fn turn<'a>(&mut self, engine: &'a Engine, route: &'a Route) -> (Pass<'a>, Pass<'a>) {
        if let Some(until) = self.not_before {
            self.enter(Phase::RetryWait);
            tokio::time::sleep_until(until).await;
            self.not_before = None;
        }
        while self.owing {
            let paid = route.lock().isolation.pay(Instant::now());
            match paid {
                Ok(()) => self.owing = false,
                Err(wait) => {
                    self.enter(Phase::Isolating);
                    tokio::time::sleep(wait).await;
                }
            }
        }
        let began = Instant::now();
        let blocked = route.lock().blocked.is_some();
        if !route.gate.is_open() {
            self.enter(if blocked { Phase::Blocked } else { Phase::RetryWait });
        }
        let destination = route.gate.pass().await;
        if !engine.endpoint.is_open() {
            self.enter(Phase::RetryWait);
        }
        let server = engine.endpoint.pass().await;
        if blocked || !(destination.is_probe() || server.is_probe()) {
            self.retry.aside += began.elapsed();
        }
        (server, destination)
    }

    /// Makes one attempt and does what it calls for.
    async fn attempt(&mut self, server: Pass<'_>, destination: Pass<'_>) {
        let Some((part, attempt)) = self.plan.next() else { return };
        self.enter(if self.isolating { Phase::Isolating } else { Phase::InFlight });
        self.route.lock().attempts.count(&part, attempt);
        let outcome = observe::attempt(&part, attempt, self.engine.deliver.send(&part, attempt)).await;
        let (settled, then) = self.plan.took(outcome);
        self.verdicts.extend(settled);
        if let Some(bytes) = self.plan.learned() {
            self.route.learn(bytes);
        }
        let (reason, delay) = match then {
            Then::Next | Then::Done => return self.reached(),
            Then::Isolate => {
                (self.isolating, self.owing) = (true, true);
                return self.reached();
            }
            Then::Blocked { reason } => {
                self.engine.endpoint.open();
                self.retry = Retry::default();
                let delay = delay(BLOCKED, self.route.gate.failures() + 1).max(SOONEST);
                self.route.gate.shut(&destination, delay);
                if !self.route.set_blocked(Some(&reason)) {
                    return;
                }
                if let Some(spool) = &self.engine.spool {
                    spool.blocked(&self.route.destination, &reason);
                }
                (reason, delay)
            }
            Then::Retry { progress, after, reason } => {
                let delay = self.back_off(progress, after, &server, &destination);
                if self.is_exhausted() {
                    return self.give_up(DropReason::RetriesExhausted);
                }
                (reason, delay)
            }
        };
        drop((server, destination));
        observe::retry(&part, &reason, delay);
        self.engine.caller.again(&part, attempt.number, reason, delay).await;
    }

    /// The server looked at the lines: nothing stands in the way of others.
    fn reached(&mut self) {
        self.retry = Retry::default();
        self.engine.endpoint.open();
        self.route.gate.open();
        self.route.set_blocked(None);
    }

    /// Sets when the next attempt is made: by the server if it cannot be reached, by the destination if the server
    /// postpones, else by this batch alone.
    fn back_off(
        &mut self,
        progress: Progress,
        after: Option<Duration>,
        server: &Pass<'_>,
        destination: &Pass<'_>,
    ) -> Duration {
        self.retry.count += 1;
        self.retry.since.get_or_insert_with(Instant::now);
        let Engine { backoff, endpoint, .. } = &*self.engine;
        if progress == Progress::Unreachable {
            let delay = delay(*backoff, endpoint.failures() + 1);
            endpoint.shut(server, delay);
            return delay;
        }
        endpoint.open();
        let gate = &self.route.gate;
        if progress == Progress::Postponed || destination.is_probe() {
            let delay = at_least(delay(*backoff, gate.failures() + 1), after);
            gate.shut(destination, delay);
            return delay;
        }
        let delay = at_least(delay(*backoff, self.retry.count), after);
        self.not_before = Some(later(Instant::now(), delay));
        delay
    }

    fn is_exhausted(&self) -> bool {
        let patience = self.engine.patience;
        let time = self.retry.since.map_or(Duration::ZERO, |since| since.elapsed());
        self.retry.count > patience.retries || time.saturating_sub(self.retry.aside) >= patience.retry_time
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase != phase {
            self.route.lock().account.transition(self.left, Some(self.phase), phase);
            self.phase = phase;
        }
    }

    /// Ends what has no verdict.
    pub(super) fn give_up(&mut self, reason: DropReason) {
        let dropped = self.plan.drop_rest(reason);
        self.verdicts.extend(dropped);
    }

    /// Tells the verdicts so far. A slow callback holds up this lane, and no memory.
    async fn tell(&mut self) {
        while let Some(settled) = self.verdicts.front() {
            let room = self.engine.caller.room(settled).await;
            // No await from here on: a verdict is told and counted, or neither.
            if let Some(settled) = self.verdicts.pop_front() {
                self.settle(settled, room);
            }
        }
    }

    /// Gives up everything, for want of memory, and tells it in this room.
    pub(super) fn overflow(mut self, room: Room) {
        self.give_up(DropReason::Overflow);
        self.settle_all(room);
    }

    /// Tells the verdicts so far, the first one in this room.
    fn settle_all(&mut self, room: Room) {
        let mut room = Some(room);
        while let Some(settled) = self.verdicts.pop_front() {
            self.settle(settled, room.take().unwrap_or_default());
        }
    }

    fn settle(&mut self, settled: Settled, room: Room) {
        self.left -= settled.part.lines() as u64;
        if self.left == 0 {
            self.charge = None;
        }
        let told = self.engine.caller.prepare(&settled, room);
        self.route.settle(&self.engine, self.id, &settled, self.phase, told);
        // Last: it runs code of others.
        observe::verdict(settled.part.destination(), settled.part.lines(), &settled.verdict);
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        // What has its verdict does not stay in the spool.
        self.settle_all(Room::default());
        if self.left > 0 {
            let engine = Arc::clone(&self.engine);
            let rest = self.plan.drop_rest(engine.stopped());
            let spool = engine.spool.as_ref();
            if !spool.is_some_and(|spool| spool.stays(&self.route, self.id, &rest, self.phase)) {
                self.verdicts.extend(rest);
                self.settle_all(Room::default());
            }
        }
        if let Some(batch) = self.batch.take() {
            self.engine.pool.recycle(batch);
        }
    }
}

fn delay(backoff: Backoff, n: u32) -> Duration {
    backoff.delay(n, &mut fastrand::Rng::new())
}

/// A delay that does not undercut what the server asks for, spread so that not all come back at once.
fn at_least(delay: Duration, after: Option<Duration>) -> Duration {
    match after {
        None => delay,
        Some(after) => {
            let wait = delay.max(after.min(LONGEST));
            wait.saturating_add(wait.min(LONGEST).mul_f64(fastrand::f64() / 10.0))
        }
    }
}

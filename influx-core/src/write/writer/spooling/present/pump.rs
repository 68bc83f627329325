//! The pump: while batches go into the files only, it takes them out again, in their order, and hands them to their
//! destinations.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use tokio::time::Instant;

use super::super::super::budget::Charge;
use super::super::super::engine::Engine;
use super::super::super::queue::{Body, Label, Sealed, later};
use super::super::super::route::Route;
use super::super::super::task;
use super::Spooling;
use super::job::Lent;
use super::load::{BETWEEN, Spooled, TRIES, course, is_want, tell};
use super::store::Ahead;
use crate::write::spool::{Cursor, Found, Place, Ranges};
use crate::write::{Destination, DropReason, Overflow};

/// More batches of the files than these are not in queues at once.
const QUEUED: u64 = 16_384;
/// So many heads are read at once.
const READ: usize = 256;

/// Starts it. There is one at a time.
pub(in crate::write::writer) fn pump(engine: &Arc<Engine>) {
    task::spawn(engine, work(Arc::clone(engine)));
}

async fn work(engine: Arc<Engine>) {
    if let Some(spool) = &engine.spool {
        let position = spool.store.pump_from();
        Way { engine: &engine, spool, position }.go().await;
    }
}

/// Where the pump is.
struct Way<'a> {
    engine: &'a Arc<Engine>,
    spool: &'a Spooling,
    /// What is below was handed on.
    position: u64,
}

impl Way<'_> {
    async fn go(&mut self) {
        loop {
            self.make_room().await;
            // Their memory comes back only with their verdicts, and most of it is for what the files will take.
            let lends = self.spool.lent.bytes() < self.engine.options.queue_bytes as u64 / 4;
            match self.spool.store.ahead(self.position, lends) {
                Ahead::CaughtUp => return,
                Ahead::Wait => self.spool.store.progress.notified().await,
                Ahead::Lent(lent) => {
                    if !self.lend(lent) {
                        return;
                    }
                }
                Ahead::Read(committed) => {
                    let Some((found, all)) = self.read().await else { return };
                    for found in found {
                        self.hand(found).await;
                    }
                    if all {
                        self.pass_to(committed);
                    }
                }
            }
        }
    }

    /// What stands next, and whether that is all; none if the files are closed.
    async fn read(&mut self) -> Option<(Vec<Found>, bool)> {
        let mut tries = 1;
        loop {
            let (reader, mut cursor) = self.spool.store.cursor(self.position)?;
            let read = move || {
                let read = read(&mut cursor, tries >= TRIES);
                reader.put_back(cursor);
                read
            };
            match tokio::task::spawn_blocking(read).await.ok()? {
                Ok(found) => return Some(found),
                Err((error, Some(unread))) => {
                    let what = format!("a file of it cannot be read and is put aside: {error}");
                    for seqs in unread.iter() {
                        self.pass_to(seqs.start);
                        self.lose(self.position..seqs.end, DropReason::SpoolIo, what.clone());
                    }
                    tries = 0;
                }
                // The disk may do better later; until then what follows would come out of its order.
                Err(_) => tokio::time::sleep(BETWEEN).await,
            }
            tries += 1;
        }
    }

    async fn hand(&mut self, found: Found) {
        match found {
            // It was lent before it was written.
            Found::Frame(place) if place.seqs().end <= self.position => {}
            Found::Lost { seqs } if seqs.end <= self.position => {}
            Found::Settled { seqs } => self.pass_to(seqs.end),
            Found::Lost { seqs } => {
                self.pass_to(seqs.start);
                let what = format!("the records {}..{} are damaged or gone", self.position, seqs.end);
                self.lose(self.position..seqs.end, DropReason::SpoolCorrupt, what);
            }
            Found::Frame(place) => {
                while self.spool.queued.count() >= QUEUED {
                    self.spool.store.progress.notified().await;
                    self.make_room().await;
                }
                let seqs = place.seqs();
                self.pass_to(seqs.start);
                let owner = self.spool.store.passed(&seqs).pop().map(|(_, route)| route);
                let route =
                    owner.unwrap_or_else(|| self.engine.any_route(Destination::clone(place.destination())));
                self.enqueue(&route, place);
            }
        }
    }

    /// What is below had its verdict, if it was not met: the files say so where it was.
    fn pass_to(&mut self, seq: u64) {
        let passed = self.position..seq;
        if passed.is_empty() {
            return;
        }
        self.position = seq;
        let lines = self.spool.backlog.count(&passed);
        if lines > 0 {
            self.spool.backlog().forget(lines);
            self.spool.store.settle(std::iter::once(passed));
        }
    }

    fn enqueue(&mut self, route: &Arc<Route>, place: Place) {
        let (seqs, born_ms) = (place.seqs(), place.born_ms());
        self.position = seqs.end;
        let earlier = self.spool.backlog.has(seqs.start);
        let lines = self.spool.lines(&seqs);
        let life = self.engine.patience.age.saturating_sub(self.spool.clock.age(born_ms));
        let label = Label {
            id: seqs.start,
            expires: later(Instant::now(), life),
            charge: None,
            slot: Some(self.spool.queued.take(0)),
            possibly_stored: earlier,
        };
        let born = self.spool.clock.instant(born_ms);
        let sealed = Sealed { label, born, body: Body::Spool(Spooled(Arc::new(place))) };
        // No counter sees them twice, or nowhere.
        let mut backlog = self.spool.backlog();
        if earlier {
            backlog.hand_over(lines);
        }
        let after = route.enqueue(self.engine, sealed, lines, earlier);
        drop(backlog);
        self.engine.follow(route, after);
    }

    /// A batch goes on from memory, as the files cannot be written. Says whether another may: not once the writer ends.
    #[must_use]
    fn lend(&mut self, lent: Lent) -> bool {
        let Lent { first, batch, born_ms, charge, route, possibly_stored } = lent;
        let lines = batch.lines() as u64;
        self.spool.store.passed(&(self.position..first + lines));
        self.position = first + lines;
        let born = self.spool.clock.instant(born_ms);
        let bytes = charge.as_ref().map_or(0, Charge::bytes);
        let slot = Some(self.spool.lent.take(bytes));
        let label = Label {
            id: first,
            expires: later(born, self.engine.patience.age),
            charge,
            slot,
            possibly_stored,
        };
        let sealed = Sealed { label, born, body: Body::Memory(batch) };
        let after = route.enqueue(self.engine, sealed, lines, false);
        self.engine.follow(&route, after);
        // Whoever ends the writer may have emptied the queue just before. Tasks are told to stop before that, so that one
        // of the two has this batch.
        let halted = self.engine.is_halted();
        if halted {
            self.engine.give_up(&route);
        }
        !halted
    }

    /// Lines cannot be had.
    fn lose(&mut self, seqs: Range<u64>, reason: DropReason, what: String) {
        self.position = seqs.end;
        let earlier = seqs.start..seqs.end.min(self.spool.backlog.end().max(seqs.start));
        let lines = self.spool.backlog.count(&earlier);
        if lines > 0 {
            let verdict = self.spool.lost(reason, what.clone(), true);
            self.spool.backlog().lose(lines, &verdict);
            tell(self.engine, &Arc::new(Destination::bucket("")), lines, verdict);
        }
        let verdict = self.spool.lost(reason, what, false);
        for (seqs, route) in self.spool.store.passed(&(earlier.end..seqs.end)) {
            route.lose(seqs.clone(), &verdict);
            tell(self.engine, &route.destination, seqs.end - seqs.start, verdict.clone());
        }
        self.spool.store.settle(std::iter::once(seqs));
    }

    /// Drops what is oldest, while the files are full and memory is, too.
    async fn make_room(&mut self) {
        let Engine { options, memory, .. } = &**self.engine;
        while options.overflow == Overflow::DropOldest && memory.is_short() && self.spool.store.is_full() {
            let routes = self.engine.all();
            let fronts = routes.iter().filter_map(|route| Some((route.front()?, route)));
            let Some((id, route)) = fronts.min_by_key(|(id, _)| *id) else { return };
            // Otherwise a lane was faster.
            let Some(sealed) = route.take_front(id) else { continue };
            let Some(course) = course(self.engine, route, sealed).await else { continue };
            let room = self.engine.caller.room_for(options.batch_bytes).await;
            course.overflow(room);
            self.spool.store.hurry();
            self.spool.store.progress.notified().await;
        }
    }
}

/// What stands next, and whether that is all; or why it cannot be read, and what of it was passed over.
fn read(cursor: &mut Cursor, pass_over: bool) -> Result<(Vec<Found>, bool), (io::Error, Option<Ranges>)> {
    let mut found = Vec::new();
    while found.len() < READ {
        match cursor.next() {
            Ok(Some(next)) => found.push(next),
            Ok(None) => return Ok((found, true)),
            Err(_) if !found.is_empty() => break,
            Err(error) if pass_over && !is_want(&error) => return Err((error, Some(cursor.pass_over()))),
            Err(error) => return Err((error, None)),
        }
    }
    Ok((found, false))
}

#[cfg(test)]
mod tests;

//! The end of a writer with a spool: what has no verdict is written, and stays.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::super::super::account::Phase;
use super::super::super::course::Course;
use super::super::super::engine::Engine;
use super::super::super::queue::Label;
use super::job::Lent;
use super::store::Store;
use crate::write::{DropReason, Part};

/// Whoever drops the last handle without closing waits so long at the most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes what is left, once no lane has any of it, and waits until the files are let go.
pub(in crate::write::writer) async fn end(engine: &Arc<Engine>) {
    let Some(spool) = &engine.spool else { return };
    engine.halt(DropReason::ShutdownDeadline);
    while spool.running.count() > 0 {
        // also told by each lane that ends
        let _ = tokio::time::timeout(Duration::from_millis(10), spool.store.progress.notified()).await;
    }
    spool.store.close(Some(engine));
    gone(engine).await;
}

/// Waits until the files are let go, by an end that has begun.
pub(in crate::write::writer) async fn gone(engine: &Arc<Engine>) {
    let Some(spool) = &engine.spool else { return };
    loop {
        let mut gone = std::pin::pin!(spool.store.gone.notified());
        gone.as_mut().enable();
        if spool.store.lock().gone {
            return;
        }
        gone.await;
    }
}

/// As [`end`], without waiting for anything.
pub(in crate::write::writer) fn end_soon(engine: &Arc<Engine>) {
    if let Some(spool) = &engine.spool {
        spool.store.close(Some(engine));
    }
}

/// As [`end`], while this thread waits.
pub(in crate::write::writer) fn end_now(engine: &Arc<Engine>) {
    let Some(spool) = &engine.spool else { return };
    spool.store.close(Some(engine));
    wait(&spool.store);
}

fn wait(store: &Store) {
    let until = Instant::now() + PATIENCE;
    let mut shared = store.lock();
    while !shared.gone {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        shared = store.wake.wait_timeout(shared, left).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// The files are closed. What could not be written is lost, and who waits for the rest is told that it stays, but for
/// what a queue has that is in no file: that gets its verdict yet.
pub(super) fn conclude(engine: &Arc<Engine>, unwritten: Vec<Lent>) {
    let Some(spool) = &engine.spool else { return };
    for Lent { first, batch, charge, route, possibly_stored, .. } in unwritten {
        let missing = spool.store.missing(first..first + batch.lines() as u64);
        let left = missing.iter().flatten().map(|seq| (seq - first) as usize);
        let part = Part::whole(Arc::clone(&batch)).pick(left);
        let lines = part.lines() as u64;
        route.lock().account.transition(lines, Some(Phase::Spooled), Phase::Batched);
        let expires = tokio::time::Instant::now();
        let label = Label { id: first, expires, charge, slot: None, possibly_stored };
        let mut course = Course::new(engine, &route, label, batch, part);
        course.give_up(DropReason::SpoolIo);
    }
    engine.all().iter().for_each(|route| route.leave(|seqs| spool.store.awaited(seqs)));
    spool.backlog().leave();
}

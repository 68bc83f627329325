//! The course of a load: pieces from the threads are sent, verdicts are taken down, chunks that are done are saved.

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use influx_core::{Error, WriteReport};
use tokio::sync::mpsc::Receiver;
use tokio::task::{JoinError, JoinHandle, JoinSet, spawn_blocking};

use super::Load;
use super::account::{Account, DoneChunk};
use super::error::{Cause, LoadError, ReadError};
use super::manifest::Manifest;
use super::prepare::{Prepared, prepare};
use super::report::LoadReport;
use super::work::{Crew, Ready};

/// A load on its way.
struct Run {
    load: Load,
    account: Account,
    crew: Crew,
    pieces: Receiver<Result<Ready, ReadError>>,
    /// Whether there may be more pieces.
    reading: bool,
    sends: JoinSet<Sent>,
    in_flight: usize,
    manifest: Option<Manifest>,
    saving: Option<JoinHandle<Saved>>,
    /// Chunks that are done and not yet in the manifest.
    unsaved: Vec<DoneChunk>,
    cancelled: Pin<Box<dyn Future<Output = ()> + Send>>,
    failure: Option<Cause>,
    shown: Option<Instant>,
}

type Sent = (Ready, Result<WriteReport, Error>);
type Saved = (Manifest, Result<(), String>);

enum Event {
    Cancelled,
    Saved(Result<Saved, JoinError>),
    Sent(Result<Sent, JoinError>),
    Piece(Result<Ready, ReadError>),
    End,
}

pub(super) async fn run(load: Load) -> Result<LoadReport, LoadError> {
    let started = Instant::now();
    if load.cancel.is_cancelled() {
        return Err(LoadError::new(Cause::Cancelled, LoadReport::default()));
    }
    let left = Left::default();
    let (is_left, cancel) = (Arc::clone(&left.0), load.cancel.clone());
    let mut cancelled = pin!(cancel.cancelled());
    let mut preparing = pin!(spawn_blocking(move || {
        let prepared = prepare(&load, started, &is_left);
        (load, prepared)
    }));
    let prepared = poll_fn(|context| match cancelled.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => preparing.as_mut().poll(context).map(Some),
    });
    let Some(prepared) = prepared.await else {
        return Err(LoadError::new(Cause::Cancelled, LoadReport::default()));
    };
    let (load, prepared) = unpacked(prepared);
    Run::new(load, prepared?)?.run().await
}

/// Says when it is dropped that nobody waits for the load any more.
#[derive(Default)]
struct Left(Arc<AtomicBool>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a task gives; a panic in it goes on here.
async fn joined<T>(task: JoinHandle<T>) -> T {
    unpacked(task.await)
}

fn unpacked<T>(joined: Result<T, JoinError>) -> T {
    // invariant: no task is aborted while somebody waits for it
    joined.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

impl Run {
    fn new(load: Load, prepared: Prepared) -> Result<Self, LoadError> {
        let Prepared { work, manifest, account } = prepared;
        let (threads, in_flight) =
            if load.in_order { (1, 1) } else { (load.threads_or_default(), load.in_flight) };
        let started = Crew::start(work, threads);
        let (crew, pieces) = match started {
            Ok(started) => started,
            Err(message) => return Err(LoadError::new(Cause::Source(message), account.into_report())),
        };
        let cancelled = Box::pin(load.cancel.clone().cancelled());
        Ok(Self {
            load,
            account,
            crew,
            pieces,
            reading: true,
            sends: JoinSet::new(),
            in_flight,
            manifest,
            saving: None,
            unsaved: Vec::new(),
            cancelled,
            failure: None,
            shown: None,
        })
    }

    async fn run(mut self) -> Result<LoadReport, LoadError> {
        self.check_failed();
        loop {
            match poll_fn(|context| self.poll(context)).await {
                Event::Cancelled => {
                    self.fail(Cause::Cancelled);
                    self.sends.abort_all();
                    break;
                }
                Event::Piece(Ok(mut ready)) => match ready.call.take() {
                    None => self.settle(ready, Ok(WriteReport::default())),
                    Some(call) => {
                        self.sends.spawn(async move { (ready, call.await) });
                    }
                },
                Event::Piece(Err(error)) => self.fail(Cause::Read(error)),
                Event::Sent(sent) => {
                    let (ready, result) = unpacked(sent);
                    self.settle(ready, result);
                }
                Event::Saved(saved) => self.saved(unpacked(saved)),
                Event::End => break,
            }
            self.save();
        }
        if let Some(saving) = self.saving.take() {
            let saved = joined(saving).await;
            self.saved(saved);
        }
        if self.failure.is_none() {
            self.account.read_all();
        }
        self.show(true);
        self.end()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        // also when it is ending already: what is on its way may take long
        if self.cancelled.as_mut().poll(context).is_ready() {
            return Poll::Ready(Event::Cancelled);
        }
        if let Some(saving) = &mut self.saving
            && let Poll::Ready(saved) = Pin::new(saving).poll(context)
        {
            self.saving = None;
            return Poll::Ready(Event::Saved(saved));
        }
        if let Poll::Ready(Some(sent)) = self.sends.poll_join_next(context) {
            return Poll::Ready(Event::Sent(sent));
        }
        if self.reading && self.sends.len() < self.in_flight {
            match self.pieces.poll_recv(context) {
                Poll::Ready(Some(piece)) => return Poll::Ready(Event::Piece(piece)),
                Poll::Ready(None) => self.reading = false,
                Poll::Pending => {}
            }
        }
        let idle = !self.reading && self.sends.is_empty() && self.saving.is_none();
        if idle { Poll::Ready(Event::End) } else { Poll::Pending }
    }

    fn settle(&mut self, ready: Ready, result: Result<WriteReport, Error>) {
        match self.account.settle(ready, result) {
            Ok(Some(chunk)) if self.manifest.is_some() || self.saving.is_some() => self.unsaved.push(chunk),
            Ok(_) => {}
            Err(cause) => self.fail(cause),
        }
        self.check_failed();
        self.show(false);
    }

    fn check_failed(&mut self) {
        if self.account.failed() > self.load.max_failed {
            self.fail(Cause::TooManyFailed(self.load.max_failed));
        }
    }

    /// Reads and sends no more. What is on its way may come to its end.
    fn fail(&mut self, cause: Cause) {
        self.failure.get_or_insert(cause);
        self.crew.stop();
        self.reading = false;
        self.pieces.close();
        while self.pieces.try_recv().is_ok() {}
    }

    /// Saves all chunks that have become done meanwhile, if no others are being saved.
    fn save(&mut self) {
        if self.unsaved.is_empty() {
            return;
        }
        if let Some(mut manifest) = self.manifest.take() {
            let chunks = std::mem::take(&mut self.unsaved);
            self.saving = Some(spawn_blocking(move || {
                let saved = manifest.append(&chunks);
                (manifest, saved)
            }));
        }
    }

    fn saved(&mut self, (manifest, result): Saved) {
        match result {
            Ok(()) => self.manifest = Some(manifest),
            // it is not written to again: what is on the disk is unknown
            Err(message) => self.fail(Cause::Manifest(message)),
        }
    }

    fn show(&mut self, last: bool) {
        let Some(show) = &mut self.load.progress else { return };
        let due = self.shown.is_none_or(|shown| shown.elapsed() >= self.load.interval);
        if due || last {
            self.shown = Some(Instant::now());
            show(&self.account.progress());
        }
    }

    fn end(self) -> Result<LoadReport, LoadError> {
        let report = self.account.into_report();
        match self.failure {
            Some(cause) => Err(LoadError::new(cause, report)),
            None if report.failed.is_empty() => Ok(report),
            None => Err(LoadError::new(Cause::Rows, report)),
        }
    }
}

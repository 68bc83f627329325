//! Callbacks: what a writer tells its owner, on a thread of their own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::steps;
use crate::error::{Error, Result};
use crate::write::isolate::Settled;
use crate::write::{Part, Report, Verdict};

/// What callbacks that have not run yet may hold: 8 MiB of data, in steps.
const BUDGET: u32 = 128;

pub(crate) type OnSuccess = Arc<dyn Fn(&Report) + Send + Sync>;
pub(crate) type OnError = Arc<dyn Fn(&Report, &Verdict) + Send + Sync>;
pub(crate) type OnRetry = Arc<dyn Fn(&Report, &Error, Duration) + Send + Sync>;

/// The callbacks of the options.
#[derive(Clone, Default)]
pub(crate) struct Callbacks {
    pub(crate) success: Option<OnSuccess>,
    pub(crate) error: Option<OnError>,
    pub(crate) retry: Option<OnRetry>,
}

impl Callbacks {
    fn wants(&self, verdict: &Verdict) -> bool {
        match verdict {
            Verdict::Stored => self.success.is_some(),
            Verdict::Rejected(_) | Verdict::Dropped(_) => self.error.is_some(),
        }
    }

    fn call(&self, told: &Told) {
        let Told { report, what, .. } = told;
        match (what, &self.success, &self.error, &self.retry) {
            (What::End(Verdict::Stored), Some(success), ..) => success(report),
            (What::End(verdict), _, Some(error), _) => error(report, verdict),
            (What::Again(error, delay), .., Some(retry)) => retry(report, error, *delay),
            _ => {}
        }
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks")
            .field("success", &self.success.is_some())
            .field("error", &self.error.is_some())
            .field("retry", &self.retry.is_some())
            .finish()
    }
}

enum What {
    End(Verdict),
    Again(Arc<Error>, Duration),
}

/// One call of a callback.
pub(super) struct Told {
    report: Report,
    what: What,
    /// Free again once the callback has run.
    #[expect(dead_code, reason = "it is there to be dropped")]
    room: Room,
}

enum Job {
    Call(Told),
    /// Everything before it has run.
    Mark(mpsc::Sender<()>),
}

/// Room for the data of one call; it is free again once the callback has run.
#[derive(Debug, Default)]
pub(super) struct Room {
    _permit: Option<OwnedSemaphorePermit>,
}

/// The way to the callbacks' thread. Without callbacks there is no thread.
#[derive(Debug)]
pub(super) struct Caller {
    callbacks: Callbacks,
    queue: Option<mpsc::Sender<Job>>,
    budget: Arc<Semaphore>,
    panics: Arc<AtomicU64>,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

impl Caller {
    /// # Errors
    ///
    /// The thread cannot be started.
    pub(super) fn start(callbacks: Callbacks) -> Result<Self> {
        let panics = Arc::new(AtomicU64::new(0));
        let used = callbacks.success.is_some() || callbacks.error.is_some() || callbacks.retry.is_some();
        let queue = if used { Some(start(callbacks.clone(), Arc::clone(&panics))?) } else { None };
        Ok(Self { callbacks, queue, budget: Arc::new(Semaphore::new(BUDGET as usize)), panics })
    }

    pub(super) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Waits for room for the data of a verdict, while the callbacks are slow.
    pub(super) async fn room(&self, settled: &Settled) -> Room {
        match self.callbacks.wants(&settled.verdict) {
            true => self.room_for(settled.part.bytes()).await,
            false => Room::default(),
        }
    }

    /// Waits for room for so many bytes.
    pub(super) async fn room_for(&self, bytes: usize) -> Room {
        let permit = Arc::clone(&self.budget).acquire_many_owned(steps(bytes).min(BUDGET)).await;
        Room { _permit: permit.ok() }
    }

    /// Room for data that is dropped, if there is any now.
    pub(super) fn try_room(&self, bytes: usize) -> Option<Room> {
        if self.callbacks.error.is_none() {
            return Some(Room::default());
        }
        let room = Arc::clone(&self.budget).try_acquire_many_owned(steps(bytes).min(BUDGET));
        room.ok().map(|permit| Room { _permit: Some(permit) })
    }

    /// What is to be told of lines that ended, if anyone wants to know.
    pub(super) fn prepare(&self, settled: &Settled, room: Room) -> Option<Told> {
        self.callbacks.wants(&settled.verdict).then(|| Told {
            report: report(&settled.part, settled.attempts),
            what: What::End(settled.verdict.clone()),
            room,
        })
    }

    /// Tells of lines that ended and that nobody can show.
    #[cfg(feature = "spool")]
    pub(super) fn lost(&self, report: Report, verdict: Verdict) {
        let wanted = self.callbacks.wants(&verdict);
        self.tell(wanted.then(|| Told { report, what: What::End(verdict), room: Room::default() }));
    }

    /// Tells that lines will be tried again.
    pub(super) async fn again(&self, part: &Part, attempts: u32, error: Arc<Error>, delay: Duration) {
        if self.callbacks.retry.is_some() {
            let room = self.room_for(part.bytes()).await;
            let report = report(part, attempts);
            self.tell(Some(Told { report, what: What::Again(error, delay), room }));
        }
    }

    pub(super) fn tell(&self, told: Option<Told>) {
        if let Some(told) = told {
            self.post(Job::Call(told));
        }
    }

    /// Nothing is received from it; its other end goes when all callbacks so far have run.
    pub(super) fn mark(&self) -> Option<mpsc::Receiver<()>> {
        let (pending, ran) = mpsc::channel();
        self.queue.is_some().then(|| self.post(Job::Mark(pending)))?;
        Some(ran)
    }

    fn post(&self, job: Job) {
        if let Some(queue) = &self.queue {
            // It cannot fail: the thread ends only with this sender.
            let _ = queue.send(job);
        }
    }
}

fn report(part: &Part, attempts: u32) -> Report {
    Report { destination: part.shared_destination(), data: part.body(), lines: part.lines() as u64, attempts }
}

fn start(callbacks: Callbacks, panics: Arc<AtomicU64>) -> Result<mpsc::Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let run = move || {
        for job in jobs {
            match job {
                Job::Call(told) => {
                    // A callback that panics may leave its own data half changed, nothing of ours.
                    if catch_unwind(AssertUnwindSafe(|| callbacks.call(&told))).is_err() {
                        panics.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Job::Mark(pending) => drop(pending),
            }
        }
    };
    std::thread::Builder::new().name("influx-callbacks".to_owned()).spawn(run).map_err(|error| {
        Error::config(format!("the thread of the writer's callbacks cannot be started: {error}"))
    })?;
    Ok(sender)
}

//! What the destinations of a writer share: the way out, the memory, the runtime, and the end.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::budget::Memory;
use super::callback::Caller;
use super::close::Closing;
use super::course::Course;
use super::flush::Watch;
use super::gate::Gate;
use super::queue::Pool;
use super::route::{After, NONE, Route};
use super::scratch::Encoding;
use super::spooling::{self, Spooling};
use super::{lane, task};
use crate::blocking;
use crate::error::Result;
use crate::http::Backoff;
use crate::line::EncodeOptions;
use crate::write::options::Patience;
use crate::write::{Deliver, Destination, DropReason, WriteOptions};

/// A line beyond this is refused, unless a batch may be larger.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// More batches than these are not open at once, over all destinations: each holds a buffer.
const OPEN: usize = 256;

#[derive(Debug)]
pub(super) struct Engine {
    pub(super) deliver: Arc<dyn Deliver>,
    pub(super) options: WriteOptions,
    pub(super) backoff: Backoff,
    pub(super) patience: Patience,
    /// A line beyond this is refused.
    pub(super) longest_line: usize,
    pub(super) memory: Arc<Memory>,
    pub(super) pool: Pool,
    pub(super) opened: Opened,
    pub(super) caller: Caller,
    /// Shut while the server cannot be reached.
    pub(super) endpoint: Gate,
    /// Once it says why, lanes stop and everything that is left is dropped.
    stop: watch::Sender<Option<DropReason>>,
    pub(super) closing: OnceLock<Closing>,
    pub(super) runtime: Handle,
    pub(super) spool: Option<Spooling>,
    encoding: Encoding,
    routes: Mutex<Routes>,
}

#[derive(Debug, Default)]
struct Routes {
    closed: bool,
    by_destination: HashMap<Destination, Arc<Route>>,
}

impl Engine {
    pub(super) fn new(
        deliver: Arc<dyn Deliver>,
        encode: EncodeOptions,
        mut options: WriteOptions,
        spool: Option<Spooling>,
    ) -> Result<Self> {
        let mut longest_line = LONGEST_LINE.max(options.batch_bytes);
        if let Some(settings) = &options.spool {
            options.batch_bytes = options.batch_bytes.min(settings.largest_batch());
            longest_line = longest_line.min(settings.longest_line());
        }
        let runtime = match Handle::try_current() {
            Ok(runtime) => runtime,
            Err(_) => blocking::handle()?,
        };
        Ok(Self {
            deliver,
            backoff: options.backoff(),
            patience: options.patience(),
            longest_line,
            memory: Memory::new(options.queue_bytes),
            pool: Pool::default(),
            opened: Opened::default(),
            caller: Caller::start(options.callbacks.clone())?,
            endpoint: Gate::new(),
            stop: watch::Sender::new(None),
            closing: OnceLock::new(),
            runtime,
            encoding: Encoding::new(options.encoding(encode)?),
            routes: Mutex::default(),
            spool,
            options,
        })
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The queue of a destination.
    ///
    /// # Errors
    ///
    /// Nothing can be delivered there.
    pub(super) fn route(&self, destination: Destination) -> Result<Arc<Route>> {
        if let Some(route) = self.routes().by_destination.get(&destination) {
            return Ok(Arc::clone(route));
        }
        self.deliver.check(&destination)?;
        if let Some(spool) = &self.spool {
            spool.check(&destination)?;
        }
        Ok(self.any_route(destination))
    }

    /// The same for a destination to which nothing may be deliverable: then it is blocked.
    pub(super) fn any_route(&self, destination: Destination) -> Arc<Route> {
        let mut routes = self.routes();
        if let Some(route) = routes.by_destination.get(&destination) {
            return Arc::clone(route);
        }
        let precision = destination.precision.unwrap_or(self.encoding.precision());
        let encoding = self.encoding.with_precision(precision);
        let route = Arc::new(Route::new(self, destination.clone(), encoding, routes.closed));
        routes.by_destination.insert(destination, Arc::clone(&route));
        route
    }

    pub(super) fn all(&self) -> Vec<Arc<Route>> {
        self.routes().by_destination.values().cloned().collect()
    }

    /// How long a batch stays open at the most. One that is never full has half of its life left to be sent in.
    pub(super) fn open_for(&self) -> Duration {
        let jitter = self.options.jitter_interval;
        let jitter = if jitter.is_zero() { jitter } else { jitter.mul_f64(fastrand::f64()) };
        self.options.flush_interval.saturating_add(jitter).min(self.patience.age / 2)
    }

    /// Does what a change of a destination calls for, without its lock.
    #[inline]
    pub(super) fn follow(self: &Arc<Self>, route: &Arc<Route>, after: After) {
        if after.wake {
            route.wake.notify_one();
        }
        if after.lane {
            task::spawn(self, lane::work(Arc::clone(self), Arc::clone(route)));
        }
        if after.opened {
            if let Some(oldest) = self.opened.note(route) {
                oldest.seal_now(self);
            }
            route.timer.start(self, route);
        }
        if after.pump {
            spooling::pump(self);
        }
    }

    /// Seals everything and watches it.
    pub(super) fn flush(self: &Arc<Self>, watch: &Arc<Watch>) {
        if let Some(spool) = &self.spool {
            spool.watch(watch);
        }
        for route in self.all() {
            route.watch(self, watch);
        }
    }

    /// Sends open batches without waiting for more, where someone waits for their memory and no batch before them
    /// will give any back.
    pub(super) fn hurry(self: &Arc<Self>) {
        for route in self.opened.live() {
            route.seal_if_last(self);
        }
        if let Some(spool) = &self.spool {
            spool.hurry();
        }
    }

    /// Takes the oldest batch that no lane has taken, of this destination or else of any.
    pub(super) fn give_up_oldest(self: &Arc<Self>, route: &Arc<Route>) -> Option<Course> {
        let oldest = |route: &Arc<Route>| Some((route.oldest_queued()?, Arc::clone(route)));
        loop {
            let route = match route.oldest_queued() {
                Some(_) => Arc::clone(route),
                None => self.all().iter().filter_map(oldest).min_by_key(|(born, _)| *born)?.1,
            };
            // Otherwise a lane was faster, and another batch is the oldest.
            if let Some(sealed) = route.take_oldest(self) {
                return Course::of(self, &route, sealed).ok();
            }
        }
    }

    /// Admits no more, anywhere.
    pub(super) fn shut(&self) {
        let mut routes = self.routes();
        routes.closed = true;
        for route in routes.by_destination.values() {
            route.close();
        }
        drop(routes);
        self.memory.close();
    }

    /// Tasks stop at their next await. The first reason is the one.
    pub(super) fn halt(&self, reason: DropReason) {
        self.stop.send_if_modified(|stop| stop.is_none() && stop.replace(reason).is_none());
    }

    /// Whether tasks are to stop.
    #[cfg(feature = "spool")]
    pub(super) fn is_halted(&self) -> bool {
        self.stop.borrow().is_some()
    }

    /// Waits until tasks are to stop.
    pub(super) fn halted(&self) -> impl Future<Output = ()> + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // What it gives is a lock. Kept while a task drops its batches, which ask why, it is a deadlock as soon as
            // another one halts.
            drop(stop.wait_for(Option::is_some).await);
        }
    }

    /// Gives up all that has no verdict, but for what the spool keeps, and halts.
    pub(super) fn abandon(self: &Arc<Self>, reason: DropReason) {
        self.shut();
        self.halt(reason);
        self.all().iter().for_each(|route| self.give_up(route));
    }

    /// Gives up what no lane has of a destination, after tasks were told to stop.
    pub(super) fn give_up(self: &Arc<Self>, route: &Arc<Route>) {
        while let Some(sealed) = route.take_oldest(self) {
            // One whose lines are in the spool stays there.
            drop(Course::of(self, route, sealed));
        }
    }

    /// Why everything is given up; a writer that nothing stopped was dropped.
    pub(super) fn stopped(&self) -> DropReason {
        self.stop.borrow().unwrap_or(DropReason::WriterDropped)
    }
}

/// Which destinations have an open batch, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Opened {
    count: AtomicUsize,
    /// With those that were sealed since.
    list: Mutex<VecDeque<(Arc<Route>, u64)>>,
}

impl Opened {
    pub(super) fn began(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn ended(&self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Takes in that a destination has opened a batch. Gives the destination whose batch is to be sealed, if there
    /// are too many.
    fn note(&self, route: &Arc<Route>) -> Option<Arc<Route>> {
        let id = route.opened.load(Ordering::Relaxed);
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if id != NONE {
            list.push_back((Arc::clone(route), id));
        }
        if list.len() > 2 * OPEN {
            list.retain(is_live);
        }
        if self.count.load(Ordering::Relaxed) <= OPEN {
            return None;
        }
        loop {
            let oldest = list.pop_front()?;
            if is_live(&oldest) {
                return Some(oldest.0);
            }
        }
    }

    fn live(&self) -> Vec<Arc<Route>> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().filter(|entry| is_live(entry)).map(|(route, _)| Arc::clone(route)).collect()
    }
}

fn is_live((route, id): &(Arc<Route>, u64)) -> bool {
    route.opened.load(Ordering::Relaxed) == *id
}

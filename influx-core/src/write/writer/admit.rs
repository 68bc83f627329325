//! Admission: from encoded lines to the queue, or to whatever becomes of them when it is full.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use super::budget::STEP;
use super::course::Course;
use super::engine::Engine;
use super::queue::{Limits, Lines, need_alone};
use super::receipt::Receipt;
use super::route::{Refusal, Route};
use crate::blocking;
use crate::error::{Error, Result};
use crate::line::LineBuffer;
use crate::write::Overflow;
use crate::write::records::{self, Records};

/// What a write gives back: nothing, or a receipt.
pub(super) trait Handout: Default + Send + 'static {
    fn receipt(&mut self) -> Option<&mut Receipt>;
}

impl Handout for () {
    fn receipt(&mut self) -> Option<&mut Receipt> {
        None
    }
}

impl Handout for Receipt {
    fn receipt(&mut self) -> Option<&mut Receipt> {
        Some(self)
    }
}

/// Why lines are not in the queue.
pub(super) enum Stop {
    /// They never will be.
    Refused(Error),
    /// There is no room now; here they are.
    Wait(Held),
}

/// Lines that wait for room. Dropped before it is known what becomes of them, they are withdrawn.
pub(super) struct Held {
    text: Box<[u8]>,
    ends: Box<[u32]>,
    stamped: bool,
    route: Option<Arc<Route>>,
}

impl Held {
    fn of(lines: &Lines<'_>, route: &Arc<Route>) -> Self {
        let route = Some(Arc::clone(route));
        Self { text: lines.text.into(), ends: lines.ends.into(), stamped: lines.stamped, route }
    }

    /// What became of them is counted elsewhere.
    fn done(mut self) {
        self.route = None;
    }

    fn lines(&self) -> Lines<'_> {
        Lines { text: &self.text, ends: &self.ends, stamped: self.stamped }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(route) = &self.route {
            route.refused.cancelled.fetch_add(self.ends.len() as u64, Ordering::Relaxed);
        }
    }
}

/// One destination of one writer: where lines are admitted.
#[derive(Clone, Copy)]
pub(super) struct Entrance<'a> {
    pub(super) engine: &'a Arc<Engine>,
    pub(super) route: &'a Arc<Route>,
}

impl Entrance<'_> {
    /// Encodes records and admits all of them, or none.
    #[inline]
    pub(super) fn offer<T: Handout, R: Records + ?Sized>(self, records: &R) -> Result<T, Stop> {
        let encoding = &self.route.encoding;
        if let Some(ready) = records::ready(records) {
            let (has, wants) = (ready.precision(), encoding.precision());
            if has != wants {
                return Err(self.other_precision(ready));
            }
            if !encoding.changes(ready) {
                return self.place(&Lines::of(ready));
            }
        }
        encoding.scratch(|lines| match records::push(records, lines) {
            Ok(()) => self.place(&Lines::of(lines)),
            Err(error) => {
                // An iterator does not say how many there are: those that were looked at.
                let count = records::count(records).max(error.record().map_or(0, |index| index + 1));
                Err(self.refuse(&self.route.refused.invalid, count, error))
            }
        })
    }

    #[cold]
    fn other_precision(self, ready: &LineBuffer) -> Stop {
        let error = Error::config(format!(
            "the lines have their times in {}, the destination wants {}",
            ready.precision().as_str(),
            self.route.encoding.precision().as_str()
        ));
        self.refuse(&self.route.refused.invalid, ready.lines(), error)
    }

    /// Admits all lines, or none.
    #[inline]
    pub(super) fn place<T: Handout>(self, lines: &Lines<'_>) -> Result<T, Stop> {
        let mut handout = T::default();
        if lines.ends.is_empty() {
            return Ok(handout);
        }
        if lines.text.len() > STEP.min(self.engine.longest_line) && self.is_too_large(lines) {
            return Err(self.too_large(lines));
        }
        match self.route.admit(self.engine, lines, 0, handout.receipt()) {
            Ok(()) => Ok(handout),
            Err(Refusal::Closed) => Err(self.closed(lines)),
            Err(Refusal::Full) => self.overflow(lines, handout),
        }
    }

    #[cold]
    fn overflow<T: Handout>(self, lines: &Lines<'_>, mut handout: T) -> Result<T, Stop> {
        let Self { engine, route } = self;
        if need_alone(lines, route.limits()) > engine.memory.total() {
            return Err(self.too_large(lines));
        }
        if self.waits() {
            return Err(Stop::Wait(Held::of(lines, route)));
        }
        match engine.options.overflow {
            Overflow::Reject => {
                return Err(self.refuse(&route.refused.full, lines.ends.len(), Error::full()));
            }
            Overflow::DropOldest => loop {
                let Some(room) = engine.caller.try_room(self.told_at_once(lines)) else {
                    return Err(Stop::Wait(Held::of(lines, route)));
                };
                let Some(oldest) = engine.give_up_oldest(route) else { break };
                oldest.overflow(room);
                match route.admit(engine, lines, 0, handout.receipt()) {
                    Ok(()) => return Ok(handout),
                    Err(Refusal::Closed) => return Err(self.closed(lines)),
                    Err(Refusal::Full) => {}
                }
            },
            Overflow::Wait | Overflow::DropNewest => {}
        }
        // Nothing else can be dropped: what came last is.
        let Some(room) = engine.caller.try_room(lines.text.len()) else {
            return Err(Stop::Wait(Held::of(lines, route)));
        };
        let sealed = route.take_newest(engine, lines, handout.receipt());
        Course::of(engine, route, sealed).map(|course| course.overflow(room)).ok();
        Ok(handout)
    }

    /// Waits for room, and admits what was held.
    pub(super) async fn wait<T: Handout>(self, held: Held) -> Result<T> {
        let lines = held.lines();
        // Said before open batches are looked at: one that is opened later is looked at by whoever opens it.
        let _waiting = self.engine.memory.waiting();
        let placed = loop {
            self.engine.hurry();
            let placed = if self.waits() {
                let steps = need_alone(&lines, self.route.limits());
                let mut handout = T::default();
                if steps > self.engine.memory.total() {
                    Err(self.too_large(&lines))
                } else if self.engine.memory.wait(steps).await {
                    match self.route.admit(self.engine, &lines, steps, handout.receipt()) {
                        Ok(()) => Ok(handout),
                        Err(Refusal::Closed) => Err(self.closed(&lines)),
                        Err(Refusal::Full) => continue,
                    }
                } else {
                    Err(self.closed(&lines))
                }
            } else {
                // What is dropped is to be told, and the callbacks are slow.
                drop(self.engine.caller.room_for(self.told_at_once(&lines)).await);
                self.place(&lines)
            };
            match placed {
                Ok(handout) => break Ok(handout),
                Err(Stop::Refused(error)) => break Err(error),
                Err(Stop::Wait(again)) => again.done(),
            }
        };
        held.done();
        placed
    }

    /// Whether room comes without that these lines drop anything.
    fn waits(self) -> bool {
        match self.engine.options.overflow {
            Overflow::Wait => true,
            Overflow::DropOldest => self.engine.spool.is_some(),
            _ => false,
        }
    }

    /// How many bytes may have to be told to make room for these lines: a batch, or they themselves.
    fn told_at_once(self, lines: &Lines<'_>) -> usize {
        match self.engine.options.overflow {
            Overflow::DropOldest => self.engine.options.batch_bytes.max(lines.text.len()),
            _ => lines.text.len(),
        }
    }

    #[cold]
    fn refuse(self, cause: &AtomicU64, records: usize, error: Error) -> Stop {
        cause.fetch_add(records as u64, Ordering::Relaxed);
        Stop::Refused(error)
    }

    /// Lines that wait when nobody does.
    #[cold]
    pub(super) fn full(self, held: Held) -> Error {
        self.route.refused.full.fetch_add(held.ends.len() as u64, Ordering::Relaxed);
        held.done();
        Error::full()
    }

    /// One record that cannot be encoded.
    #[cold]
    pub(super) fn invalid(self, error: Error) -> Error {
        self.route.refused.invalid.fetch_add(1, Ordering::Relaxed);
        error
    }

    #[cold]
    fn closed(self, lines: &Lines<'_>) -> Stop {
        self.refuse(&self.route.refused.closed, lines.ends.len(), Error::closed())
    }

    fn is_too_large(self, lines: &Lines<'_>) -> bool {
        let options = &self.engine.options;
        let limits = Limits { rows: options.batch_size, bytes: options.batch_bytes };
        lines.longest() > self.engine.longest_line || need_alone(lines, limits) > self.engine.memory.total()
    }

    #[cold]
    fn too_large(self, lines: &Lines<'_>) -> Stop {
        let (all, line) = (lines.text.len(), lines.longest());
        let error = Error::config(format!(
            "{all} bytes of lines, the longest of {line}, are more than the queue takes at once: raise \
             WriteOptions::queue_bytes or batch_bytes, or the spool's max_bytes, or use write_all"
        ));
        self.refuse(&self.route.refused.invalid, lines.ends.len(), error)
    }
}

/// The future of a write. What there was room for is admitted already, whether it is awaited or not.
///
/// It borrows neither the writer nor the records.
///
/// # Cancel safety
///
/// Dropping it while it waits for room withdraws its records, all of them; they count as refused. Dropping it later
/// changes nothing.
#[must_use = "whether the records were taken is known only by this"]
pub struct Write<T = ()>(Work<T>);

enum Work<T> {
    Ready(Result<T>),
    Waiting(Pin<Box<dyn Future<Output = Result<T>> + Send>>),
    Done,
}

impl Entrance<'_> {
    /// Writes records: all of them or none.
    #[inline]
    pub(super) fn write<T: Handout, R: Records + ?Sized>(self, records: &R) -> Write<T> {
        Write(match self.offer(records) {
            Ok(handout) => Work::Ready(Ok(handout)),
            Err(Stop::Refused(error)) => Work::Ready(Err(error)),
            Err(Stop::Wait(held)) => {
                let (engine, route) = (Arc::clone(self.engine), Arc::clone(self.route));
                Work::Waiting(Box::pin(async move {
                    Entrance { engine: &engine, route: &route }.wait(held).await
                }))
            }
        })
    }
}

impl<T> Write<T> {
    /// The result, if there is one without waiting.
    pub(super) fn now(self) -> Result<Result<T>, Self> {
        match self.0 {
            Work::Ready(result) => Ok(result),
            waiting => Err(Self(waiting)),
        }
    }

    /// Blocks this thread until there is room, for code without a runtime. Where there is room it does not block.
    ///
    /// # Errors
    ///
    /// Those of the write; and [`Config`](crate::ErrorKind::Config) if it would block and this thread belongs to a
    /// tokio runtime, whose other tasks it would hold up: use `.await` there. The records are withdrawn then.
    pub fn wait(self) -> Result<T> {
        match self.0 {
            Work::Ready(result) => result,
            waiting => blocking::wait(Self(waiting))?,
        }
    }
}

impl<T> Unpin for Write<T> {}

impl<T> Future for Write<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        match std::mem::replace(&mut self.0, Work::Done) {
            Work::Ready(result) => Poll::Ready(result),
            Work::Waiting(mut waiting) => {
                let poll = waiting.as_mut().poll(context);
                if poll.is_pending() {
                    self.0 = Work::Waiting(waiting);
                }
                poll
            }
            Work::Done => Poll::Ready(Err(Error::config("a write was polled after it was done"))),
        }
    }
}

impl<T> fmt::Debug for Write<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = matches!(self.0, Work::Waiting(_));
        f.debug_struct("Write").field("waiting", &waiting).finish_non_exhaustive()
    }
}

//! Frames as their rows arrive.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use influx_core::Result;
use influx_core::query::Cursor;

use super::gather::Gather;
use super::options::Options;
use super::query::{QueryFrame, ReadFrame, Source, frame_of};
use crate::build::Built;

/// So many rows are in a frame.
const ROWS: usize = 65_536;

/// The frames of an answer, while it arrives, made by [`FrameQuery::stream`](super::FrameQuery::stream): in memory are
/// the rows of one frame and a piece of the answer. Nothing is sent until the first frame is asked for.
///
/// # Cancel safety
///
/// Dropping the future of [`next`](Self::next) loses no row. If nothing has been answered yet, the request goes on when
/// the next future is polled.
#[must_use = "frames are read when they are asked for"]
pub struct FrameStream<F> {
    state: State,
    rows: usize,
    frame: PhantomData<fn() -> F>,
}

enum State {
    Start(Box<(Source, Options)>),
    Opening(Opening, Options),
    Reading(Box<Reading>),
    Ended,
}

type Opening = Pin<Box<dyn Future<Output = Result<Cursor>> + Send>>;

struct Reading {
    cursor: Cursor,
    gather: Gather,
    /// The number of the last row.
    number: u64,
    /// What is left when the rows are over.
    rest: Option<VecDeque<Built>>,
}

impl<F: ReadFrame> FrameStream<F> {
    pub(super) fn new(source: Source, options: Options) -> Self {
        let options = Options { unit: F::unit(options.unit), ..options };
        Self { state: State::Start(Box::new((source, options))), rows: ROWS, frame: PhantomData }
    }

    /// How many rows a frame has at most, but at least one. Default: 65,536. A frame of 64 MiB in memory gets no more rows,
    /// either: one of 1,000 columns has about 8,000.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// The next frame; `None` after the last. It has at least one row.
    ///
    /// # Errors
    ///
    /// As awaiting a [`FrameQuery`](super::FrameQuery). After an error there are no more frames; the rows that were read
    /// since the last one are lost.
    pub async fn next(&mut self) -> Result<Option<QueryFrame<F>>> {
        poll_fn(|context| self.poll_frame(context)).await
    }

    /// As [`next`](Self::next), for code without a runtime: blocks this thread until the frame is complete.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); and [`Config`](influx_core::ErrorKind::Config) on a thread that belongs to a tokio
    /// runtime.
    pub fn wait_next(&mut self) -> Result<Option<QueryFrame<F>>> {
        influx_core::__wait(self.next())?
    }

    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<QueryFrame<F>>>> {
        let frame = ready!(self.poll_built(context));
        if !matches!(frame, Ok(Some(_))) {
            self.state = State::Ended;
        }
        Poll::Ready(frame)
    }

    fn poll_built(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<QueryFrame<F>>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(Ok(None)),
                State::Start(start) => {
                    let (source, options) = *start;
                    self.state = State::Opening(Box::pin(source.open(options.pivoted)), options);
                }
                State::Opening(mut opening, options) => match opening.as_mut().poll(context) {
                    Poll::Pending => {
                        self.state = State::Opening(opening, options);
                        return Poll::Pending;
                    }
                    Poll::Ready(cursor) => {
                        let cursor = cursor?;
                        let gather = Gather::new(options, cursor.__is_one_table(), Some(self.rows));
                        let reading = Reading { cursor, gather, number: 0, rest: None };
                        self.state = State::Reading(Box::new(reading));
                    }
                },
                State::Reading(mut reading) => {
                    let built = reading.poll(context);
                    let number = reading.number;
                    let frame = built.map(|built| {
                        let Some(built) = built? else { return Ok(None) };
                        frame_of(built).map(Some).map_err(|error| reading.cursor.__row_error(number, error))
                    });
                    self.state = State::Reading(reading);
                    return frame;
                }
            }
        }
    }
}

impl Reading {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Built>>> {
        loop {
            if let Some(built) = self.gather.ready() {
                return Poll::Ready(Ok(Some(built)));
            }
            if let Some(rest) = &mut self.rest {
                return Poll::Ready(Ok(rest.pop_front()));
            }
            let row = ready!(pin!(self.cursor.next()).poll(context))?;
            match row {
                None => self.rest = Some(self.gather.finish().into()),
                Some(row) => {
                    self.number = row.number();
                    if let Err(error) = self.gather.push(row) {
                        return Poll::Ready(Err(self.cursor.__row_error(self.number, error)));
                    }
                }
            }
        }
    }
}

/// Ends after the first error.
impl<F: ReadFrame> Stream for FrameStream<F> {
    type Item = Result<QueryFrame<F>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_frame(context).map(Result::transpose)
    }
}

impl<F> fmt::Debug for FrameStream<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Start(_) => "not sent",
            State::Opening(..) => "not answered",
            State::Reading(_) => "reading",
            State::Ended => "ended",
        };
        f.debug_struct("FrameStream").field("state", &state).finish_non_exhaustive()
    }
}

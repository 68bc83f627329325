//! A write of frames, begun when it is awaited or waited for.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use influx_core::{Error, ErrorKind, LineBuffer};

use super::ahead::Ahead;
use super::error::FrameWriteError;
use super::frames::{Encode, Encoding, Frames, beside};
use crate::encode::Piece;
use crate::roles::Roles;

/// A write of frames: it begins when it is awaited, or by [`wait`](Self::wait) without a runtime, and not before.
///
/// It owns all that it needs, so that it can be kept, moved to another task and awaited there.
///
/// # Errors
///
/// [`FrameWriteError`]; each function that returns a write says when.
///
/// # Panics
///
/// A panic of the iterator or stream that the frames come from goes on where this is awaited.
///
/// # Cancel safety
///
/// Dropping it before it is awaited sends nothing. Dropping it later ends the thread that encodes, with the piece that it
/// is at. By a client, the pieces that were sent before are stored, and of the one on its way that is not known; by a
/// writer, the rows that were taken before are written, and the others are not. Writing the same frame again changes
/// nothing where the rows have a time.
#[must_use = "nothing is written until it is awaited"]
pub struct FrameWrite<T> {
    frames: Frames,
    roles: Roles,
    threads: usize,
    run: Box<dyn FnOnce(Job) -> Running<T> + Send>,
}

pub(super) type Running<T> = Pin<Box<dyn Future<Output = Result<T, FrameWriteError>> + Send>>;

/// What is to be encoded, and how.
pub(super) struct Job {
    encode: Box<Encode>,
    roles: Roles,
    threads: usize,
}

impl<T> FrameWrite<T> {
    pub(super) fn new(
        frames: Frames,
        roles: &Roles,
        run: impl FnOnce(Job) -> Running<T> + Send + 'static,
    ) -> Self {
        Self { frames, roles: roles.clone(), threads: 1, run: Box::new(run) }
    }

    /// On how many threads the rows are encoded, beside the one on which they are sent. They are sent in their order all
    /// the same. Default: 1.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }
}

impl<T: Send + 'static> FrameWrite<T> {
    /// Writes and blocks this thread until that is done, for code without a runtime.
    ///
    /// # Errors
    ///
    /// Those of the write; and one of kind [`Delivery`](super::FrameWriteErrorKind::Delivery) if this thread belongs to a
    /// tokio runtime, whose other tasks it would hold up: use `.await` there.
    pub fn wait(self) -> Result<T, FrameWriteError> {
        influx_core::__wait(self.into_future()).unwrap_or_else(|error| Err(FrameWriteError::delivery(error)))
    }
}

impl<T: Send + 'static> IntoFuture for FrameWrite<T> {
    type Output = Result<T, FrameWriteError>;
    type IntoFuture = FrameWriteFuture<T>;

    fn into_future(self) -> FrameWriteFuture<T> {
        let Self { frames: Frames { encode, pump }, roles, threads, run } = self;
        let work = async move { run(Job { encode, roles, threads }).await };
        FrameWriteFuture(Box::pin(beside(pump, work)))
    }
}

impl Job {
    /// Starts the encoding. `ready` makes of each piece what is sent.
    ///
    /// # Errors
    ///
    /// There can be no thread.
    pub(super) fn start<P: Send + 'static>(
        self,
        lines: LineBuffer,
        ready: impl FnMut(&Piece) -> P + Send + 'static,
    ) -> Result<Ahead<P>, Error> {
        let how = Encoding { roles: self.roles, lines, threads: self.threads };
        Ahead::start(self.encode, how, ready).map_err(|error| {
            let message = format!("the thread that encodes the frame cannot be started: {error}");
            Error::delivery(ErrorKind::Config, message)
        })
    }
}

impl<T> fmt::Debug for FrameWrite<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameWrite")
            .field("roles", &self.roles)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// A [`FrameWrite`] on its way.
///
/// # Cancel safety
///
/// See [`FrameWrite`].
#[must_use = "futures do nothing unless polled"]
pub struct FrameWriteFuture<T>(Running<T>);

impl<T> Future for FrameWriteFuture<T> {
    type Output = Result<T, FrameWriteError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for FrameWriteFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameWriteFuture").finish_non_exhaustive()
    }
}

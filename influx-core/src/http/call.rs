//! A call: a request with its decoder, sent when it is awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Answer, Request};
use crate::blocking;
use crate::client::Client;
use crate::error::Result;

/// A call to a server that is sent when it is awaited or waited for, and not before.
///
/// It owns all that it needs, so it can be kept, moved to another task and awaited there. Code without a runtime
/// calls [`wait`](Self::wait) instead.
///
/// # Errors
///
/// Awaiting it gives the [`Error`](crate::Error) of whatever failed; each function that returns a call says
/// what can. Awaiting it outside a tokio runtime is an error too.
///
/// # Panics
///
/// Awaiting it in a tokio runtime whose time or IO driver is off panics: build the runtime with `enable_all`.
///
/// # Cancel safety
///
/// Dropping a call that was not awaited sends nothing. Dropping it while it is awaited gives the request up:
/// whether the server acted on it is unknown.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T>(Work<T>);

enum Work<T> {
    /// Settled without a request.
    Settled(Result<T>),
    Send {
        client: Client,
        request: Box<Request>,
        decode: Decode<T>,
    },
    /// More than one request.
    Run {
        label: String,
        start: Box<dyn FnOnce() -> Running<T> + Send>,
    },
}

type Decode<T> = Box<dyn FnOnce(Answer) -> Result<T> + Send>;
/// What a call does once it is awaited.
pub(crate) type Running<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl<T> Call<T> {
    /// A call that is already settled: nothing is to be sent, or nothing may be.
    pub(crate) fn settled(result: Result<T>) -> Self {
        Self(Work::Settled(result))
    }

    pub(crate) fn new(
        client: Client,
        request: Request,
        decode: impl FnOnce(Answer) -> Result<T> + Send + 'static,
    ) -> Self {
        Self(Work::Send { client, request: Box::new(request), decode: Box::new(decode) })
    }

    /// A call that is more than one request, or none; `start` runs when it is awaited. The label is what `Debug`
    /// prints.
    pub(crate) fn future(
        label: impl Into<String>,
        start: impl FnOnce() -> Running<T> + Send + 'static,
    ) -> Self {
        Self(Work::Run { label: label.into(), start: Box::new(start) })
    }

    /// How errors and `Debug` name it.
    fn label(&self) -> String {
        match &self.0 {
            Work::Settled(_) => "settled".to_owned(),
            Work::Send { request, .. } => request.label(),
            Work::Run { label, .. } => label.clone(),
        }
    }
}

impl<T: Send + 'static> Call<T> {
    /// The same call, with more to do once it has succeeded.
    pub(crate) fn then<U, F>(self, more: impl FnOnce(T) -> F + Send + 'static) -> Call<U>
    where
        F: Future<Output = Result<U>> + Send,
    {
        Call::future(self.label(), move || Box::pin(async move { more(self.await?).await }))
    }

    /// Sends it and blocks this thread until it is answered, for code without a runtime.
    ///
    /// The first call in a process starts a thread that serves all of them, until the process ends. A process that was
    /// forked starts its own; clients that were used before the fork share their connections with the parent, and so
    /// are built anew in the child.
    ///
    /// ```no_run
    /// let client = influx_core::Client::builder("http://localhost:8086").token("…").org("my-org").build()?;
    /// client.write("my-bucket", "cpu,host=a usage=1.5").wait()?;
    /// # Ok::<(), influx_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the call; and [`Config`](crate::ErrorKind::Config) if this thread belongs to a tokio runtime, whose
    /// other tasks it would hold up: use `.await` there.
    pub fn wait(self) -> Result<T> {
        blocking::wait(self.into_future())?
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        CallFuture(Box::pin(async move {
            match self.0 {
                Work::Settled(result) => result,
                Work::Send { client, request, decode } => decode(client.execute(&request).await?),
                Work::Run { start, .. } => start().await,
            }
        }))
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.label()).finish()
    }
}

/// A [`Call`] on its way.
///
/// # Cancel safety
///
/// Dropping it gives the request up: whether the server acted on it is unknown.
#[must_use = "futures do nothing unless polled"]
pub struct CallFuture<T>(Pin<Box<dyn Future<Output = Result<T>> + Send>>);

impl<T> Future for CallFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for CallFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

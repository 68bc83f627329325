//! A writer as a `futures::Sink` of records.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_sink::Sink;

use super::flush::Watch;
use super::{Write, Writer};
use crate::error::{Error, Result};
use crate::line::Measurement;

impl Writer {
    /// This writer as a [`Sink`] of records, for what ends in one: `stream.forward(writer.sink())`.
    ///
    /// It is ready as long as there is room. Flushing and closing it wait until everything that was written before
    /// has its verdict; what the verdicts are is told by callbacks and [`stats`](Self::stats). Closing it does not
    /// close the writer.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use futures_util::{StreamExt, stream};
    /// use influx_core::{Client, Nanos, Point, testing::TestServer};
    ///
    /// let server = TestServer::builder().bucket("machines").start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    /// let writer = client.writer("machines")?;
    /// let loads = || stream::iter(0..10).map(|n| Point::new("cpu").field("load", 0.5).time(Nanos(n)));
    ///
    /// loads().map(Ok).forward(writer.sink()).await?;
    /// assert_eq!((server.count("machines"), writer.stats().stored), (10, 10));
    ///
    /// assert_eq!(writer.write_stream(loads()).await?, 10);
    /// assert!(writer.close(None).await.is_stored());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn sink<T: Measurement>(&self) -> WriterSink<T> {
        WriterSink { writer: self.clone(), waiting: None, flushing: None, records: PhantomData }
    }
}

/// The sink of [`Writer::sink`].
///
/// # Cancel safety
///
/// Dropping it withdraws the one record that may wait for room in it.
#[must_use = "a sink does nothing until something is sent into it"]
pub struct WriterSink<T> {
    writer: Writer,
    /// The record that there was no room for.
    waiting: Option<Write>,
    flushing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    records: PhantomData<fn(T)>,
}

impl<T> WriterSink<T> {
    fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.waiting {
            None => Poll::Ready(Ok(())),
            Some(waiting) => {
                let result = ready!(Pin::new(waiting).poll(context));
                self.waiting = None;
                Poll::Ready(result)
            }
        }
    }
}

impl<T: Measurement> Sink<T> for WriterSink<T> {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_room(context)
    }

    fn start_send(mut self: Pin<&mut Self>, record: T) -> Result<()> {
        match self.writer.write(&record).now() {
            Ok(result) => result,
            Err(waiting) => {
                self.waiting = Some(waiting);
                Ok(())
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.poll_room(context))?;
        let Self { writer, flushing, .. } = &mut *self;
        let flush = flushing.get_or_insert_with(|| {
            let watch = Arc::new(Watch::default());
            writer.engine().flush(&watch);
            Box::pin(async move { watch.wait(false).await })
        });
        ready!(flush.as_mut().poll(context));
        self.flushing = None;
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_flush(context)
    }
}

impl<T> fmt::Debug for WriterSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterSink").field("writer", &self.writer).finish_non_exhaustive()
    }
}

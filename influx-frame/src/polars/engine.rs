//! The streaming engine on a thread of its own, which hands over batches.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, JoinHandle};

use polars::prelude::{
    DataFrame, Engine as PolarsEngine, LazyFrame, PlanCallback, PolarsError, PolarsResult, SchemaRef,
};

/// A query that runs. Dropping it closes the channel, at which the engine stops when it has the next batch.
pub(super) struct Engine {
    batches: Receiver<DataFrame>,
    thread: Option<JoinHandle<PolarsResult<()>>>,
    /// Of the frame without rows, if there is no other.
    schema: Option<SchemaRef>,
}

impl Engine {
    pub(super) fn start(mut lazy: LazyFrame, rows: usize) -> PolarsResult<Self> {
        let schema = lazy.collect_schema()?;
        let (sender, batches) = sync_channel(1);
        // `true` stops the engine
        let hand_over = PlanCallback::new(move |batch| Ok(sender.send(batch).is_err()));
        let query = lazy.sink_batches(hand_over, true, NonZeroUsize::new(rows))?;
        let run = move || query.collect_with_engine(PolarsEngine::Streaming).map(drop);
        let thread = Builder::new().name("influx-frame polars".to_owned()).spawn(run)?;
        Ok(Self { batches, thread: Some(thread), schema: Some(schema) })
    }

    pub(super) fn next(&mut self) -> Option<PolarsResult<DataFrame>> {
        if let Ok(batch) = self.batches.recv() {
            self.schema = None;
            return Some(Ok(batch));
        }
        // The channel is closed by a query that has ended, whichever way.
        match self.thread.take()?.join() {
            Ok(Ok(())) => self.schema.take().map(|schema| Ok(DataFrame::empty_with_schema(&schema))),
            Ok(Err(error)) => Some(Err(error)),
            Err(panic) => Some(Err(panicked(&*panic))),
        }
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> PolarsError {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = format!("the streaming engine panicked: {}", text.unwrap_or("without a text"));
    PolarsError::ComputeError(text.into())
}

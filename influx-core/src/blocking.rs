//! The runtime behind `wait()`: one thread of the process, started when the first caller blocks.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};

use crate::error::{Error, Result};

/// Drives a future to its end on this thread.
///
/// # Errors
///
/// This thread belongs to a tokio runtime, whose other tasks it would hold up; or no thread can be had.
pub fn wait<F: Future>(future: F) -> Result<F::Output> {
    let outside = match Handle::try_current() {
        Ok(_) => false,
        // `block_on` would panic where the thread is about to end
        Err(error) => error.is_missing_context(),
    };
    if !outside {
        return Err(Error::config(
            "wait() was called inside a tokio runtime, which it would hold up: use .await there, or call wait() on \
             a thread of std::thread::spawn",
        ));
    }
    Ok(handle()?.block_on(future))
}

/// A stream as an iterator, for code without a runtime: each step blocks the thread until an item has come. It ends with
/// the first error.
#[derive(Debug)]
#[must_use = "streams are read when they are asked for"]
pub struct Blocking<S>(Option<S>);

impl<S> Blocking<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self(Some(stream))
    }
}

impl<T, S: Stream<Item = Result<T>> + Unpin> Iterator for Blocking<S> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let stream = self.0.as_mut()?;
        let item = wait(poll_fn(|context| Pin::new(&mut *stream).poll_next(context)));
        let item = item.unwrap_or_else(|error| Some(Err(error)));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        item
    }
}

/// The runtime of the process, for work that has none of its own. It lives as long as the process.
///
/// # Errors
///
/// The thread or what it waits with cannot be had.
pub(crate) fn handle() -> Result<Handle> {
    static SHARED: Shared = Shared(Mutex::new(None));
    SHARED.of(std::process::id())
}

/// A runtime, once it is needed, and the process that its thread belongs to.
struct Shared(Mutex<Option<(u32, Handle)>>);

impl Shared {
    /// The runtime of a process. Threads stay behind when a process forks, as daemons do: in the child, the parent's
    /// would never wake anyone.
    fn of(&self, process: u32) -> Result<Handle> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, handle)) = shared.as_ref().filter(|(of, _)| *of == process) {
            return Ok(handle.clone());
        }
        let handle = start().map_err(|error| {
            Error::config(format!("the runtime of blocking calls cannot be started: {error}"))
        })?;
        *shared = Some((process, handle.clone()));
        Ok(handle)
    }
}

fn start() -> std::io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("influx-runtime".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn timers_and_tasks_run_while_a_thread_waits() {
        let value = wait(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            tokio::spawn(async { 7 }).await.unwrap()
        });
        assert_eq!(value.unwrap(), 7);
    }

    #[test]
    fn all_threads_of_a_process_share_one_runtime_and_a_fork_has_its_own() {
        let shared = Shared(Mutex::new(None));
        let ids_in = |process| {
            std::thread::scope(|scope| {
                let threads: Vec<_> =
                    (0..8).map(|_| scope.spawn(|| shared.of(process).unwrap().id())).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            })
        };
        let (parent, child) = (ids_in(1), ids_in(2));
        assert!(parent.iter().all(|id| *id == parent[0]) && child.iter().all(|id| *id == child[0]));
        assert_ne!(parent[0], child[0]);
        let alive = shared.of(2).unwrap().block_on(async { tokio::spawn(async { 7 }).await });
        assert_eq!(alive.unwrap(), 7);
    }

    #[tokio::test]
    async fn waiting_inside_a_runtime_is_an_error_with_advice() {
        let error = wait(async {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(".await"), "{error}");
    }
}

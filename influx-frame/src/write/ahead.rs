//! The thread that encodes ahead of what is sent.

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use tokio::sync::mpsc;

use super::frames::{Encode, Encoding};
use crate::encode::{FrameSourceError, Piece};

/// What becomes of the pieces of frames, one after the other, made on a thread. Dropping it ends the thread with the
/// piece that it is at.
pub(super) struct Ahead<T>(mpsc::Receiver<Made<T>>);

/// What the thread has to say.
enum Made<T> {
    Piece(T),
    End(Result<(), FrameSourceError>),
    /// It is in ruins.
    Panicked(Box<dyn Any + Send>),
}

impl<T: Send + 'static> Ahead<T> {
    /// Starts the thread. `ready` makes of each piece what is sent.
    ///
    /// # Errors
    ///
    /// There can be no thread.
    pub(super) fn start(
        encode: Box<Encode>,
        how: Encoding,
        mut ready: impl FnMut(&Piece) -> T + Send + 'static,
    ) -> io::Result<Self> {
        // one waits while another is made
        let (made, taken) = mpsc::channel(1);
        let work = move || {
            let mut each = |piece: &Piece| made.blocking_send(Made::Piece(ready(piece))).is_ok();
            let end = panic::catch_unwind(AssertUnwindSafe(|| encode(how, &mut each)));
            // if nobody listens any more, it does not matter how it ended
            let _ = made.blocking_send(end.map_or_else(Made::Panicked, Made::End));
        };
        thread::Builder::new().name("influx-frame".to_owned()).spawn(work)?;
        Ok(Self(taken))
    }

    /// The next one; `None`: that was the last. A panic on the thread goes on here.
    ///
    /// # Errors
    ///
    /// The frames do not come, or do not fit. Nothing follows.
    pub(super) async fn next(&mut self) -> Result<Option<T>, FrameSourceError> {
        match self.0.recv().await {
            Some(Made::Piece(piece)) => Ok(Some(piece)),
            Some(Made::End(end)) => end.map(|()| None),
            Some(Made::Panicked(panic)) => panic::resume_unwind(panic),
            None => Ok(None),
        }
    }
}

//! The thread after a panic.

use std::io;
use std::sync::{Arc, PoisonError};

use super::Files;

impl Files {
    /// Writes nothing any more, as when the disk fails, and waits for the end.
    pub(super) fn stand_still(&mut self) {
        let store = Arc::clone(&self.store);
        let mut shared = store.lock();
        let first = shared.committed;
        let settled = self.log.unsettled().missing(first..self.log.next_seq());
        shared.take_back(first, &settled);
        drop(shared);
        self.failed(self.trouble("the thread that writes it has panicked".to_owned(), io::ErrorKind::Other));
        let mut shared = store.lock();
        while !shared.closing {
            shared = store.wake.wait(shared).unwrap_or_else(PoisonError::into_inner);
        }
        (shared.shelf, shared.cursor) = (None, None);
    }
}

//! Reading the files, which stay open meanwhile.

use std::sync::Arc;

use super::store::Store;
use crate::write::spool::{Cursor, Shelf};

/// The right to read the files, which stay open meanwhile.
#[derive(Debug)]
pub(super) struct Reader {
    // let go of before it is said that nobody reads
    shelf: Arc<Shelf>,
    reading: Reading,
}

/// Said to the store: that somebody reads.
#[derive(Debug)]
struct Reading(Arc<Store>);

impl Store {
    /// None once the files are closed.
    pub(super) fn reader(self: &Arc<Self>) -> Option<Reader> {
        let mut shared = self.lock();
        let shelf = Arc::clone(shared.shelf.as_ref()?);
        shared.readers += 1;
        Some(Reader { shelf, reading: Reading(Arc::clone(self)) })
    }

    /// The cursor of the pump; a new one starts at `from`. It stays here between two reads, so that the files can be
    /// let go at any time.
    pub(super) fn cursor(self: &Arc<Self>, from: u64) -> Option<(Reader, Cursor)> {
        let reader = self.reader()?;
        let kept = self.lock().cursor.take();
        let cursor = kept.unwrap_or_else(|| Cursor::new(Arc::clone(&reader.shelf), from));
        Some((reader, cursor))
    }
}

impl Reader {
    // by a method, so that a closure that reads takes all of this
    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Only while the files are open.
    pub(super) fn put_back(&self, cursor: Cursor) {
        let mut shared = self.reading.0.lock();
        if shared.shelf.is_some() {
            shared.cursor = Some(cursor);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.lock().readers -= 1;
        self.0.wake.notify_all();
    }
}

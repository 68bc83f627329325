//! Reading the files, which stay open meanwhile.

use std::sync::Arc;

use super::store::Store;
use crate::write::spool::{Cursor, Shelf};

/// The right to read the files, which stay open meanwhile.
#[derive(Debug)]
pub(super) struct Reader {
    store: Arc<Store>,
    shelf: Option<Arc<Shelf>>,
}

impl Store {
    /// None once the files are closed.
    pub(super) fn reader(self: &Arc<Self>) -> Option<Reader> {
        let mut shared = self.lock();
        let shelf = Arc::clone(shared.shelf.as_ref()?);
        shared.readers += 1;
        Some(Reader { store: Arc::clone(self), shelf: Some(shelf) })
    }

    /// The cursor of the pump; a new one starts at `from`. It stays here between two reads, so that the files can be
    /// let go at any time.
    pub(super) fn cursor(self: &Arc<Self>, from: u64) -> Option<(Reader, Cursor)> {
        let reader = self.reader()?;
        let kept = self.lock().cursor.take();
        let cursor = match kept {
            Some(cursor) => cursor,
            None => Cursor::new(Arc::clone(reader.shelf()?), from),
        };
        Some((reader, cursor))
    }
}

impl Reader {
    /// Only while the files are open.
    pub(super) fn put_back(&self, cursor: Cursor) {
        let mut shared = self.store.lock();
        if shared.shelf.is_some() {
            shared.cursor = Some(cursor);
        }
    }

    pub(super) fn shelf(&self) -> Option<&Arc<Shelf>> {
        self.shelf.as_ref()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // before it is said that nobody reads
        self.shelf = None;
        self.store.lock().readers -= 1;
        self.store.wake.notify_all();
    }
}

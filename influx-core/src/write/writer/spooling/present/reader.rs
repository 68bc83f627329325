//! Reading the files, which stay open meanwhile.

use std::sync::Arc;

use super::store::Store;
use crate::write::spool::Shelf;

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
}

impl Reader {
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

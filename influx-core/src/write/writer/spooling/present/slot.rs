//! Counts of what is somewhere now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::store::Store;

/// How many there are, and how many bytes.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    count: Arc<[AtomicU64; 2]>,
    store: Arc<Store>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(in crate::write::writer) struct Slot {
    bytes: u64,
    of: Slots,
}

/// A lane that runs.
pub(in crate::write::writer) type Running = Slot;

impl Slots {
    pub(super) fn new(store: &Arc<Store>) -> Self {
        Self { count: Arc::default(), store: Arc::clone(store) }
    }

    pub(super) fn take(&self, bytes: u64) -> Slot {
        self.count[0].fetch_add(1, Ordering::SeqCst);
        self.count[1].fetch_add(bytes, Ordering::SeqCst);
        Slot { bytes, of: self.clone() }
    }

    pub(super) fn count(&self) -> u64 {
        self.count[0].load(Ordering::SeqCst)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.count[1].load(Ordering::SeqCst)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.of.count[0].fetch_sub(1, Ordering::SeqCst);
        self.of.count[1].fetch_sub(self.bytes, Ordering::SeqCst);
        self.of.store.progress.notify_one();
    }
}

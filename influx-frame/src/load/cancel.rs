//! Ending a load from elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Ends a load from elsewhere; from [`Load::cancel_handle`](super::Load::cancel_handle).
#[derive(Debug, Clone, Default)]
pub struct CancelHandle(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    notify: Notify,
}

impl CancelHandle {
    /// Ends the load: it reads no more, gives up what is on its way, and resolves to an error of the kind
    /// [`Cancelled`](super::LoadErrorKind::Cancelled). Whether the server acted on what was on its way is unknown, so
    /// these chunks do not count as done. Does nothing if the load has ended.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.notify.notify_waiters();
    }

    /// Whether it was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Resolves when it is called.
    pub(super) async fn cancelled(self) {
        let notified = self.0.notify.notified();
        // made before the look at the flag, so that no call in between is missed
        if !self.is_cancelled() {
            notified.await;
        }
    }
}

//! Who is told of each line that is stored.

use std::fmt;
use std::sync::Arc;

/// A callback of the server's owner.
#[derive(Clone)]
pub(super) struct Listener(Arc<dyn Fn(&str) + Send + Sync>);

impl Listener {
    pub(super) fn new(callback: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }

    pub(super) fn tell(&self, line: &str) {
        (self.0)(line);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

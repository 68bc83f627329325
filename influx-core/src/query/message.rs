//! What a server says beside the rows of an answer.

use std::fmt;
use std::sync::Arc;

/// What InfluxDB says beside the rows of an InfluxQL query, such as that a form of it is deprecated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerMessage {
    /// How grave it is: `warning`.
    pub level: String,
    /// What it says.
    pub text: String,
}

/// Who hears of it.
#[derive(Clone, Default)]
pub(super) struct Notify(Option<Arc<dyn Fn(&ServerMessage) + Send + Sync>>);

impl Notify {
    pub(super) fn new(listener: impl Fn(&ServerMessage) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Hands it to the listener, and to `tracing`, if that is on.
    pub(super) fn tell(&self, message: &ServerMessage) {
        #[cfg(feature = "tracing")]
        tracing::warn!(level = message.level, text = message.text, "the server says of a query");
        if let Some(listener) = &self.0 {
            listener(message);
        }
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Notify").field(&self.0.is_some()).finish()
    }
}

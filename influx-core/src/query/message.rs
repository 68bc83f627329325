//! What a server says beside the rows of an answer.

use std::fmt;
use std::sync::Arc;

/// What a server says beside the rows of an InfluxQL query, such as that a form of it is deprecated.
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
pub(super) struct Notify(Option<Callback>);

type Callback = Arc<dyn Fn(&ServerMessage) + Send + Sync>;

impl Notify {
    pub(super) fn new(callback: impl Fn(&ServerMessage) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(callback)))
    }

    /// Hands it to the callback; without one, it is an event of `tracing`, or a line on stderr without that feature.
    pub(super) fn tell(&self, message: &ServerMessage) {
        match &self.0 {
            Some(callback) => callback(message),
            None => print(message),
        }
    }
}

fn print(message: &ServerMessage) {
    let ServerMessage { level, text } = message;
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "influx_core::query", level, text, "the server says of a query");
    #[cfg(not(feature = "tracing"))]
    {
        use std::io::Write as _;
        // nothing is lost where stderr is closed
        let _ = writeln!(std::io::stderr(), "influx-core: the server says of a query: {level:?}: {text:?}");
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Notify").field(&self.0.is_some()).finish()
    }
}

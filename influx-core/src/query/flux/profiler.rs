//! Profilers of Flux: what the server measured of a query, told beside its rows.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::query::{Record, Row};

/// What the server may measure while it runs a Flux query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profiler {
    /// The query as a whole: how long it took to compile, queue, plan and execute, and what it allocated.
    Query,
    /// Each operation of its plan: how often it ran and how long.
    Operator,
}

impl Profiler {
    /// The name in a request and in a configuration: `query` or `operator`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Operator => "operator",
        }
    }
}

/// The profilers of a query, and who is told.
#[derive(Clone, Default)]
pub(crate) struct Profilers {
    pub(crate) enabled: Vec<Profiler>,
    pub(crate) callback: Option<Callback>,
}

pub(crate) type Callback = Arc<dyn Fn(&Record) + Send + Sync>;

impl Profilers {
    /// The import and the option that turn them on; nothing if there are none.
    pub(super) fn ast(&self) -> Option<(Json, Json)> {
        if self.enabled.is_empty() {
            return None;
        }
        let name = |name: &str| json!({ "type": "Identifier", "name": name });
        let text = |text: &str| json!({ "type": "StringLiteral", "value": text });
        let elements: Vec<_> = self.enabled.iter().map(|profiler| text(profiler.as_str())).collect();
        let member = json!({
            "type": "MemberExpression", "object": name("profiler"), "property": name("enabledProfilers"),
        });
        let list = json!({ "type": "ArrayExpression", "elements": elements });
        let assignment = json!({ "type": "MemberAssignment", "member": member, "init": list });
        Some((
            json!({ "type": "ImportDeclaration", "path": text("profiler") }),
            json!({ "type": "OptionStatement", "assignment": assignment }),
        ))
    }

    /// Whether a row is of a profiler, and not of the query.
    pub(crate) fn made(&self, row: Row<'_>) -> bool {
        let Some(measurement) = row.get("_measurement") else { return false };
        let name = measurement.text().strip_prefix("profiler/");
        name.is_some_and(|name| self.enabled.iter().any(|profiler| profiler.as_str() == name))
    }

    /// Hands a row of a profiler to the callback; without one, it is an event of `tracing`, or a line on stderr without
    /// that feature.
    pub(crate) fn tell(&self, record: &Record) {
        match &self.callback {
            Some(callback) => callback(record),
            None => print(record),
        }
    }
}

fn print(record: &Record) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "influx_core::query", profile = %record, "what the server measured of a query");
    #[cfg(not(feature = "tracing"))]
    {
        use std::io::Write as _;
        // nothing is lost where stderr is closed
        let _ = writeln!(std::io::stderr(), "influx-core: profile of a query: {record}");
    }
}

impl fmt::Debug for Profilers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profilers")
            .field("enabled", &self.enabled)
            .field("callback", &self.callback.is_some())
            .finish()
    }
}

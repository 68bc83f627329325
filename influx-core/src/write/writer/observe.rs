//! What a writer tells `tracing` and `metrics`: once for an attempt and once for a verdict, never for a record, and
//! never a line. What listens is code of others: where that panics, nothing else comes of it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(feature = "spool")]
use std::path::Path;
use std::time::Duration;

use crate::error::Error;
use crate::write::{Attempt, Destination, Part, Verdict};

/// An attempt, in a span of its own.
pub(super) fn attempt<F: Future>(part: &Part, attempt: Attempt, send: F) -> impl Future<Output = F::Output> {
    caught(|| counters::attempt(part, attempt));
    spans::attempt(part, attempt, send)
}

/// Lines wait before they are sent again.
pub(super) fn retry(part: &Part, error: &Error, delay: Duration) {
    caught(|| spans::retry(part, error, delay));
}

/// So many lines have their verdict.
pub(super) fn verdict(to: &Destination, lines: usize, verdict: &Verdict) {
    caught(|| counters::verdict(to, lines, verdict));
    caught(|| spans::verdict(to, lines, verdict));
}

/// The spool's files cannot be written: told once, until they can.
#[cfg(feature = "spool")]
pub(super) fn spool_fails(path: &Path, what: &str) {
    caught(|| spans::spool_fails(path, what));
}

/// They can again.
#[cfg(feature = "spool")]
pub(super) fn spool_works(path: &Path) {
    caught(|| spans::spool_works(path));
}

/// Tells those who listen; none if one of them panics, which the hook for panics has told. It may leave their data half
/// changed, nothing of ours.
fn caught<T>(tell: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(tell)).ok()
}

#[cfg(feature = "tracing")]
mod spans {
    use std::future::Future;
    #[cfg(feature = "spool")]
    use std::path::Path;
    use std::time::Duration;

    use tracing::{Instrument, Span};

    use super::caught;
    use crate::error::Error;
    use crate::write::{Attempt, Destination, Part, Verdict};

    pub(super) fn attempt<F: Future>(
        part: &Part,
        attempt: Attempt,
        send: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let span = caught(|| {
            tracing::debug_span!(
                "influx write",
                destination = part.destination().name(),
                lines = part.lines(),
                bytes = part.bytes(),
                attempt = attempt.number,
            )
        });
        send.instrument(span.unwrap_or_else(Span::none))
    }

    pub(super) fn retry(part: &Part, error: &Error, delay: Duration) {
        let (destination, lines) = (part.destination().name(), part.lines());
        tracing::warn!(destination, lines, ?delay, %error, "lines will be sent again");
    }

    pub(super) fn verdict(to: &Destination, lines: usize, verdict: &Verdict) {
        let destination = to.name();
        match verdict {
            Verdict::Stored => tracing::trace!(destination, lines, "lines are stored"),
            Verdict::Rejected(rejected) => {
                // Not what the server says: it quotes the lines. Whoever is to see them has `on_error`.
                let (kind, status) = (rejected.error.kind(), rejected.error.status());
                tracing::warn!(destination, lines, ?kind, status, "lines were rejected");
            }
            Verdict::Dropped(dropped) => {
                let possibly_stored = dropped.possibly_stored;
                tracing::error!(
                    destination,
                    lines,
                    possibly_stored,
                    "lines were dropped: {}",
                    dropped.reason
                );
            }
        }
    }

    #[cfg(feature = "spool")]
    pub(super) fn spool_fails(path: &Path, what: &str) {
        tracing::error!(path = %path.display(), "the spool cannot be written: {what}");
    }

    #[cfg(feature = "spool")]
    pub(super) fn spool_works(path: &Path) {
        tracing::info!(path = %path.display(), "the spool can be written again");
    }
}

#[cfg(not(feature = "tracing"))]
mod spans {
    use std::future::Future;
    #[cfg(feature = "spool")]
    use std::path::Path;
    use std::time::Duration;

    use crate::error::Error;
    use crate::write::{Attempt, Destination, Part, Verdict};

    pub(super) fn attempt<F: Future>(_: &Part, _: Attempt, send: F) -> F {
        send
    }

    pub(super) fn retry(_: &Part, _: &Error, _: Duration) {}

    pub(super) fn verdict(_: &Destination, _: usize, _: &Verdict) {}

    #[cfg(feature = "spool")]
    pub(super) fn spool_fails(_: &Path, _: &str) {}

    #[cfg(feature = "spool")]
    pub(super) fn spool_works(_: &Path) {}
}

#[cfg(feature = "metrics")]
mod counters {
    use crate::write::{Attempt, Destination, Part, Verdict};

    pub(super) fn attempt(part: &Part, attempt: Attempt) {
        let destination = part.destination().name();
        let kind = if attempt.number == 1 { "first" } else { "retry" };
        metrics::counter!("influx_writer_requests_total", "destination" => destination.to_owned(), "attempt" => kind)
            .increment(1);
        metrics::counter!("influx_writer_bytes_total", "destination" => destination.to_owned())
            .increment(part.bytes() as u64);
    }

    pub(super) fn verdict(to: &Destination, lines: usize, verdict: &Verdict) {
        let verdict = match verdict {
            Verdict::Stored => "stored",
            Verdict::Rejected(_) => "rejected",
            Verdict::Dropped(_) => "dropped",
        };
        let destination = to.name().to_owned();
        metrics::counter!("influx_writer_records_total", "destination" => destination, "verdict" => verdict)
            .increment(lines as u64);
    }
}

#[cfg(not(feature = "metrics"))]
mod counters {
    use crate::write::{Attempt, Destination, Part, Verdict};

    pub(super) fn attempt(_: &Part, _: Attempt) {}

    pub(super) fn verdict(_: &Destination, _: usize, _: &Verdict) {}
}

#[cfg(test)]
#[cfg(all(feature = "tracing", feature = "metrics", feature = "spool"))]
mod tests;

//! What an attempt came to.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;

/// What became of one attempt to deliver a [`Part`](super::Part).
///
/// An answer that condemns data isolates it; one that condemns the route blocks the destination and keeps the data;
/// everything else is tried again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Outcome {
    /// Every line is stored.
    Stored,
    /// The server refused some lines and said which.
    Condemned {
        /// Their indices in the part, ascending, without repetition, each with the server's reason. At least one.
        lines: Vec<(usize, String)>,
        /// What became of the other lines.
        others: Others,
        /// The answer.
        reason: Arc<Error>,
    },
    /// The server refused something in the part and did not say (or not reliably) what.
    Suspect {
        /// Runs of indices among which the guilty ones are, ascending; everything else is stored, and nothing of the
        /// runs. Empty: it may be any line, and nothing is known of the others.
        runs: Vec<std::ops::Range<usize>>,
        /// The answer.
        reason: Arc<Error>,
    },
    /// The server refused something in the part, and by its words it may be these lines: they and the others are sent
    /// again, each alone. Nothing is known of any.
    Guess {
        /// Their indices in the part, ascending, without repetition.
        lines: Vec<usize>,
        /// The answer.
        reason: Arc<Error>,
    },
    /// The part is larger than the server accepts.
    TooLarge {
        /// The answer.
        reason: Arc<Error>,
    },
    /// The request arrived damaged, or the server says so: it is sent once more without compression; a second time
    /// it blocks.
    Damaged {
        /// The answer.
        reason: Arc<Error>,
    },
    /// The destination takes nothing at all, whatever the data: credentials, a missing bucket, a redirect.
    Blocked {
        /// The answer.
        reason: Arc<Error>,
    },
    /// It may succeed later.
    Again {
        /// How far the attempt came.
        progress: Progress,
        /// How long the server asks to wait.
        after: Option<Duration>,
        /// What happened.
        reason: Arc<Error>,
    },
}

/// What became of the lines that the server did not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Others {
    /// They are stored.
    Stored,
    /// They are not: they are sent again.
    NotStored,
    /// That is not known: they are sent again.
    Unknown,
}

/// How far a failed attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// There was no connection: nothing was sent, and nothing will be to any destination of this server.
    Unreachable,
    /// The server postponed it: nothing is stored.
    Postponed,
    /// It may be stored.
    Unknown,
}

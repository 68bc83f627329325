//! A batch on its way into the files.

use std::sync::Arc;

use super::kept::Kept;
use crate::write::batch::Batch;
use crate::write::writer::budget::Charge;
use crate::write::writer::receipt::Ticket;
use crate::write::writer::route::Route;

/// A batch that is not in the files for good, and of which some line has no verdict.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) first: u64,
    pub(super) lines: u32,
    /// Lines without a verdict.
    pub(super) left: u32,
    pub(super) batch: Arc<Batch>,
    pub(super) born_ms: u64,
    /// The memory that it holds, if no queue has it as well.
    pub(super) charge: Option<Charge>,
    pub(super) ticket: Option<Arc<Ticket>>,
    pub(super) route: Arc<Route>,
    /// Whether a queue has it as well, which sees to its verdict.
    pub(super) taken: bool,
    pub(super) appended: bool,
    /// Whether a queue that gave it back had sent it, and did not hear what came of that.
    pub(super) possibly_stored: bool,
}

/// A batch that goes to a queue from memory, as the files cannot be written.
#[derive(Debug)]
pub(super) struct Lent {
    pub(super) first: u64,
    pub(super) batch: Arc<Batch>,
    pub(super) born_ms: u64,
    pub(super) charge: Option<Charge>,
    pub(super) route: Arc<Route>,
    pub(super) possibly_stored: bool,
}

impl Job {
    /// Hands it to a queue as well, with the memory that it holds.
    pub(super) fn lend(&mut self) -> Lent {
        self.taken = true;
        let (batch, route) = (Arc::clone(&self.batch), Arc::clone(&self.route));
        let Self { first, born_ms, possibly_stored, .. } = *self;
        Lent { first, batch, born_ms, charge: self.charge.take(), route, possibly_stored }
    }

    pub(super) fn end(&self) -> u64 {
        self.first + u64::from(self.lines)
    }

    /// The memory that it holds, in bytes.
    pub(super) fn held(&self) -> u64 {
        self.charge.as_ref().map_or(0, Charge::bytes)
    }

    pub(super) fn tell(&self, kept: Kept) {
        if let Some(ticket) = &self.ticket {
            ticket.keep(kept);
        }
    }
}

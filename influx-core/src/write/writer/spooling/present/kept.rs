//! Whether the lines of a batch are in the files, as its receipts are told.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::write::writer::receipt::Ticket;

/// Whether lines outlive this process.
#[derive(Debug, Clone, Default)]
pub(crate) enum Kept {
    /// There is no spool.
    #[default]
    Nowhere,
    /// Not yet.
    Waiting,
    /// They do.
    Durable,
    /// They cannot be written now; it is tried again.
    Failing(Arc<Trouble>),
}

impl Kept {
    /// The lines have their verdict, and need no files any more.
    pub(crate) fn end(&mut self) {
        if !matches!(self, Self::Nowhere) {
            *self = Self::Durable;
        }
    }
}

/// Why the files cannot be written.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) path: Box<Path>,
    pub(crate) what: String,
    /// Whether it is for want of room.
    pub(crate) full: bool,
}

impl Trouble {
    pub(crate) fn error(&self) -> Error {
        Error::spool(&self.path, self.what.clone(), None)
    }
}

impl Ticket {
    /// What is durable stays so: the files may fail just when lines have their verdict.
    pub(crate) fn keep(&self, kept: Kept) {
        let mut ends = self.lock();
        if matches!(ends.kept, Kept::Durable) {
            return;
        }
        ends.kept = kept;
        drop(ends);
        self.changed().notify_waiters();
    }

    /// Lines that stay in the files.
    pub(crate) fn leave(&self, places: impl Iterator<Item = u32>) {
        self.lock().left.extend(places);
    }

    /// So do all of its `lines` without a verdict; `ended` have one.
    pub(crate) fn leave_rest(&self, lines: u64, ended: u64) {
        let mut guard = self.lock();
        let ends = &mut *guard;
        // If it is not known which they are, none counts as stored.
        if ended + ends.left.len() as u64 != lines {
            let failed: BTreeSet<u32> = ends.failed.iter().map(|(place, _)| *place).collect();
            ends.left = (0..lines as u32).filter(|place| !failed.contains(place)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing() -> Kept {
        Kept::Failing(Arc::new(Trouble {
            path: Path::new("spool").into(),
            what: "full".to_owned(),
            full: true,
        }))
    }

    #[test]
    fn what_is_durable_stays_so_when_the_files_fail_later() {
        let (written, settled) = (Ticket::new(Kept::Waiting), Ticket::new(Kept::Waiting));
        written.keep(failing());
        assert!(matches!(written.lock().kept, Kept::Failing(_)));
        written.keep(Kept::Durable);
        settled.finish();
        for ticket in [written, settled] {
            ticket.keep(failing());
            assert!(matches!(ticket.lock().kept, Kept::Durable));
        }
    }
}

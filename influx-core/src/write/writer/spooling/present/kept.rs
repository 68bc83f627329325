//! Whether the lines of a batch are in the files, as its receipts are told.

use std::io;
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
    pub(crate) kind: io::ErrorKind,
}

impl Trouble {
    pub(crate) fn error(&self) -> Error {
        Error::spool(&self.path, self.what.clone(), Some(self.kind.into()))
    }
}

impl Ticket {
    pub(crate) fn keep(&self, kept: Kept) {
        self.lock().kept = kept;
        self.changed().notify_waiters();
    }
}

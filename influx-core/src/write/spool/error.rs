//! Why the files of a spool cannot be used.

use std::io;
use std::path::Path;

use crate::error::Error;

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error("{file} was made by a newer version of this crate (it says {version}): open it with that one")]
    Version { file: String, version: u32 },
    #[error("{file} has the sequence number {number}, which no spool comes to: move the file elsewhere")]
    Number { file: String, number: u64 },
    #[error("{file} cannot be read")]
    Io { file: String, source: io::Error },
}

impl LogError {
    pub(super) fn io(file: &str, source: io::Error) -> Self {
        Self::Io { file: file.to_owned(), source }
    }

    pub(super) fn version(file: &str, version: u32) -> Self {
        Self::Version { file: file.to_owned(), version }
    }

    /// Of the spool in this directory.
    pub(crate) fn at(self, path: &Path) -> Error {
        let what = self.to_string();
        match self {
            Self::Io { source, .. } => Error::spool(path, what, Some(source)),
            Self::Version { .. } | Self::Number { .. } => Error::spool(path, what, None),
        }
    }
}

//! What the thread of the files tells `tracing`: once that something fails, and once that it does not any more.

use std::fmt;
use std::path::Path;

/// Something that is tried again and again.
#[derive(Debug)]
pub(super) struct Notice {
    what: &'static str,
    fails: bool,
}

impl Notice {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, fails: false }
    }

    pub(super) fn failed(&mut self, path: &Path, why: &dyn fmt::Display) {
        if !std::mem::replace(&mut self.fails, true) {
            warn(path, self.what, why);
        }
    }

    pub(super) fn went_well(&mut self, path: &Path) {
        if std::mem::take(&mut self.fails) {
            info(path, self.what);
        }
    }
}

#[cfg(feature = "tracing")]
fn warn(path: &Path, what: &str, why: &dyn fmt::Display) {
    tracing::warn!(path = %path.display(), "the spool: {what} fails and is tried again: {why}");
}

#[cfg(feature = "tracing")]
fn info(path: &Path, what: &str) {
    tracing::info!(path = %path.display(), "the spool: {what} goes on");
}

#[cfg(not(feature = "tracing"))]
fn warn(_: &Path, _: &str, _: &dyn fmt::Display) {}

#[cfg(not(feature = "tracing"))]
fn info(_: &Path, _: &str) {}

//! No spool.

use std::time::Duration;

use crate::error::Result;

/// There are none.
#[derive(Debug, Clone)]
pub(crate) enum SpoolSettings {}

impl SpoolSettings {
    pub(crate) fn check(&self) -> Result<()> {
        match *self {}
    }

    pub(crate) fn age_limit(&self) -> Option<Duration> {
        match *self {}
    }
}

/// Lines are kept nowhere.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kept;

impl Kept {
    pub(crate) fn end(&mut self) {}
}

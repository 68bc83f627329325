//! Refusals of records whose members are only known at run time.

use std::fmt;

use super::cursor::{AnyKey, Line};
use super::error::{EncodeErrorKind, Part};

impl Line<'_> {
    /// Refuses the record for one of its members.
    #[cold]
    pub(crate) fn refuse_member(&mut self, part: Part, key: &str, reason: impl fmt::Display) {
        self.refuse(part, AnyKey::Named(key), EncodeErrorKind::Custom(reason.to_string()));
    }
}

//! The spool of a writer.

mod kept;

pub(crate) use self::kept::{Kept, Trouble};
pub(crate) use crate::write::spool::SpoolOptions as SpoolSettings;

//! What a writer has of the spool: without the feature the same names on types that nobody can have.

#[cfg(not(feature = "spool"))]
mod absent;
#[cfg(feature = "spool")]
mod present;

#[cfg(not(feature = "spool"))]
pub(crate) use self::absent::SpoolSettings;
#[cfg(not(feature = "spool"))]
pub(super) use self::absent::*;
#[cfg(feature = "spool")]
pub(crate) use self::present::SpoolSettings;
#[cfg(feature = "spool")]
pub(super) use self::present::*;

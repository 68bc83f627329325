//! Times that clocks on a wall show, in a zone whose clocks are set forward and back.

use influx_core::Epoch;

use crate::policy::Ambiguous;

/// A time zone, and what becomes of the times that its clocks show twice or never.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) ambiguous: Ambiguous,
}

impl Zone {
    /// The moment at which the clocks show this time, which is given as if they showed UTC; the error says why there is
    /// none.
    pub(crate) fn moment(&self, shown: Epoch) -> Result<Epoch, String> {
        Ok(shown)
    }
}

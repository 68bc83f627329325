//! When to try again: the delay before an attempt, and what a server asks for.

use std::time::Duration;

/// The delays between attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Backoff {
    /// The start of the first range.
    pub(crate) interval: Duration,
    /// Each range begins where the one before ended: `interval · base^(n−1)` to `interval · base^n`.
    pub(crate) base: u32,
    /// No delay is longer.
    pub(crate) cap: Duration,
    /// Whether ranges begin at 0.
    pub(crate) full_jitter: bool,
}

impl Backoff {
    /// The delay before retry `n`, which is 1 for the first.
    pub(crate) fn delay(&self, n: u32, rng: &mut fastrand::Rng) -> Duration {
        let times = |exponent: u32| {
            let factor = f64::from(self.base).powi(i32::try_from(exponent).unwrap_or(i32::MAX));
            (self.interval.as_secs_f64() * factor).min(self.cap.as_secs_f64())
        };
        let low = if self.full_jitter { 0.0 } else { times(n.saturating_sub(1)) };
        let high = times(n);
        Duration::from_secs_f64(low + (high - low) * rng.f64())
    }
}

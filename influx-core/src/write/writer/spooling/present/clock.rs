//! Between the clock on the wall, which files are stamped by, and one that never jumps.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Both clocks, read at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    wall_ms: u64,
    at: Instant,
}

impl Clock {
    pub(super) fn now() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { wall_ms: millis(wall), at: Instant::now() }
    }

    /// What a file is stamped with.
    pub(super) fn stamp(&self, instant: Instant) -> u64 {
        match instant.checked_duration_since(self.at) {
            Some(after) => self.wall_ms.saturating_add(millis(after)),
            None => self.wall_ms.saturating_sub(millis(self.at.duration_since(instant))),
        }
    }

    /// How old something is that was stamped so. What comes from the future is new, and so is what was stamped by a clock
    /// that nobody had set.
    pub(super) fn age(&self, stamp: u64) -> Duration {
        if stamp < SET {
            return Duration::ZERO;
        }
        let now = self.wall_ms.saturating_add(millis(self.at.elapsed()));
        Duration::from_millis(now.saturating_sub(stamp))
    }

    /// When that was; for what is older than this clock, its beginning.
    pub(super) fn instant(&self, stamp: u64) -> Instant {
        self.at + Duration::from_millis(stamp.saturating_sub(self.wall_ms)).min(self.at.elapsed())
    }
}

/// 2020 began: no clock that is set was before.
const SET: u64 = 1_577_836_800_000;

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn ages_are_never_negative_and_count_across_restarts() {
        let clock = Clock::now();
        tokio::time::advance(Duration::from_secs(5)).await;
        let stamp = clock.stamp(Instant::now());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.age(stamp).as_secs(), 2);
        assert_eq!(clock.instant(stamp).elapsed().as_secs(), 2);
        let earlier = clock.wall_ms - 60_000;
        assert_eq!((clock.age(earlier).as_secs(), clock.instant(earlier)), (67, clock.at));
        assert_eq!(
            (clock.age(0), clock.age(SET - 1)),
            (Duration::ZERO, Duration::ZERO),
            "nobody had set the clock"
        );
        assert!(clock.age(SET) > Duration::from_secs(365 * 24 * 3600));
        let later = clock.wall_ms + 3_600_000;
        assert_eq!((clock.age(later), clock.instant(later)), (Duration::ZERO, Instant::now()));
    }
}

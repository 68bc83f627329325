//! Times that clocks on a wall show, in a zone whose clocks are set forward and back.

use std::ops::Range;

use influx_core::{Epoch, Precision};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::policy::Ambiguous;

/// A time zone, and what becomes of the times that its clocks show twice or never.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    zone: TimeZone,
    name: String,
    ambiguous: Ambiguous,
}

/// A stretch of time in which the clocks of a zone were not set: times that follow each other are looked up once.
///
/// Whoever reads times has one of its own, and uses it for one zone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ZoneCache {
    /// What clocks show in it, once each, in nanoseconds.
    from: i64,
    to: i64,
    /// By how many nanoseconds they are ahead of UTC.
    offset: i64,
}

/// What the user can do.
const SAY: &str = "say with .ambiguous(..) which moment it is";

/// So many seconds from 1970 servers store no times, in any zone: zones differ by less than two days.
const FARTHEST: i64 = i64::MAX / 1_000_000_000 + 2 * 86_400;

/// The names of all zones.
pub(crate) fn names() -> Vec<String> {
    TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
}

impl Zone {
    /// The zone of a name: `Europe/Berlin`, `UTC`, or a fixed distance from UTC, `+02:00`. `None`: there is none. The
    /// zones are those of the crate, not of the machine, so that all machines read the same.
    pub(crate) fn new(name: &str, ambiguous: Ambiguous) -> Option<Self> {
        let zone = DateTimeParser::new().parse_time_zone_with(&TimeZoneDatabase::bundled(), name).ok()?;
        Some(Self { zone, name: name.to_owned(), ambiguous })
    }

    /// The moment at which the clocks show this time, which is given as if they showed UTC; the error says why there is
    /// none. A time that servers do not store may be given back as it is.
    #[inline]
    pub(crate) fn moment(&self, shown: Epoch, cache: &mut ZoneCache) -> Result<Epoch, String> {
        // without a division, which is what takes the time
        if let Some(nanos) = shown.to_precision(Precision::Nanoseconds)
            && (cache.from..cache.to).contains(&nanos)
            && let Some(moment) = nanos.checked_sub(cache.offset)
        {
            return Ok(Epoch::from_ticks(moment, Precision::Nanoseconds));
        }
        let (seconds, nanos) = shown.parts();
        self.look_up(seconds, cache).map(|seconds| Epoch::from_parts(seconds, nanos))
    }

    #[cold]
    fn look_up(&self, seconds: i64, cache: &mut ZoneCache) -> Result<i64, String> {
        let shown =
            Timestamp::from_second(seconds).ok().filter(|_| (-FARTHEST..=FARTHEST).contains(&seconds));
        let Some(shown) = shown.map(|shown| Offset::UTC.to_datetime(shown)) else { return Ok(seconds) };
        let found = self.zone.to_ambiguous_timestamp(shown).offset();
        let (one, other) = match found {
            AmbiguousOffset::Unambiguous { offset } => {
                let offset = offset.seconds().into();
                let Range { start, end } = self.shown_once(seconds, offset);
                let nanos = |seconds: i64| seconds.saturating_mul(1_000_000_000);
                *cache = ZoneCache { from: nanos(start), to: nanos(end), offset: nanos(offset) };
                return Ok(seconds - offset);
            }
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (i64::from(before.seconds()), i64::from(after.seconds()))
            }
        };
        match (self.ambiguous, found) {
            // the more clocks are ahead of UTC, the earlier they show a time
            (Ambiguous::Earliest, _) => Ok(seconds - one.max(other)),
            (Ambiguous::Latest, _) => Ok(seconds - one.min(other)),
            (Ambiguous::Refuse, AmbiguousOffset::Fold { .. }) => {
                Err(format!("clocks in {} showed {shown} twice, as they were set back: {SAY}", self.name))
            }
            (Ambiguous::Refuse, _) => {
                Err(format!("clocks in {} never showed {shown}, as they were set forward: {SAY}", self.name))
            }
        }
    }

    /// The seconds around these that clocks show once, as long as they are not set.
    fn shown_once(&self, seconds: i64, offset: i64) -> Range<i64> {
        let moment = |second| Timestamp::from_second(second - offset);
        let (Ok(moment), Ok(next)) = (moment(seconds), moment(seconds + 1)) else { return seconds..seconds };
        let offset_at = |second: i64| {
            Timestamp::from_second(second).map_or(offset, |at| self.zone.to_offset(at).seconds().into())
        };
        // What clocks show from the moment on at which they were set, or until then: they may have been set by a
        // little shortly before or after, which reaches over.
        let before = self.zone.preceding(next).take(2).map(|set| {
            let at = set.timestamp().as_second();
            at + offset_at(at).max(offset_at(at - 1))
        });
        let behind = self.zone.following(moment).take(2).map(|set| {
            let at = set.timestamp().as_second();
            at + offset_at(at).min(offset_at(at - 1))
        });
        let start = before.max().unwrap_or(-FARTHEST).min(seconds);
        let end = behind.min().unwrap_or(FARTHEST).max(seconds + 1);
        start..end
    }
}

#[cfg(test)]
mod tests;

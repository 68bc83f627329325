//! Times of chrono 0.4.

use crate::{Epoch, FromEpoch, Timestamp};
use chrono::{DateTime, FixedOffset, TimeZone, Utc};

/// In a leap second chrono counts on to two seconds: the second that servers would show, 59.999…, is kept, as they have
/// no leap seconds.
#[inline]
fn moment<Tz: TimeZone>(time: &DateTime<Tz>) -> Epoch {
    Epoch::from_parts(time.timestamp(), time.timestamp_subsec_nanos().min(999_999_999))
}

impl<Tz: TimeZone> Timestamp for DateTime<Tz> {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        Some(moment(self))
    }
}

impl<Tz: TimeZone> From<DateTime<Tz>> for Epoch {
    fn from(time: DateTime<Tz>) -> Self {
        moment(&time)
    }
}

impl FromEpoch for DateTime<Utc> {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        let (seconds, nanos) = epoch.parts();
        Self::from_timestamp(seconds, nanos)
    }
}

impl FromEpoch for DateTime<FixedOffset> {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        epoch.to::<DateTime<Utc>>().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;

    #[test]
    fn zones_name_the_same_moment() {
        let utc = DateTime::<Utc>::from_timestamp(-2, 999_999_999).unwrap();
        let zoned = utc.with_timezone(&FixedOffset::east_opt(7200).unwrap());
        for epoch in [utc.to_epoch(), zoned.to_epoch()] {
            assert_eq!(epoch.unwrap().to_precision(Precision::Nanoseconds), Some(-1_000_000_001));
            assert_eq!(epoch.unwrap().to_precision(Precision::Seconds), Some(-2));
        }
        assert_eq!(utc.to_epoch(), Some(zoned.into()));
    }

    #[test]
    fn moments_come_back() {
        let utc = DateTime::<Utc>::from_timestamp(-2, 999_999_999).unwrap();
        assert_eq!(utc.to_epoch().unwrap().to(), Some(utc));
        assert_eq!(utc.to_epoch().unwrap().to::<DateTime<FixedOffset>>().unwrap(), utc);
        assert_eq!(Epoch::from_parts(i64::MAX, 0).to::<DateTime<Utc>>(), None);
    }

    #[test]
    fn far_dates_are_out_of_range() {
        for date in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
            assert_eq!(date.to_epoch().unwrap().to_precision(Precision::Seconds), None);
        }
    }
}

//! Times of time 0.3.

use crate::{Epoch, FromEpoch, Timestamp};
use time::{OffsetDateTime, UtcDateTime};

impl Timestamp for OffsetDateTime {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        Some((*self).into())
    }
}

impl From<OffsetDateTime> for Epoch {
    #[inline]
    fn from(time: OffsetDateTime) -> Self {
        Epoch::from_parts(time.unix_timestamp(), time.nanosecond())
    }
}

impl Timestamp for UtcDateTime {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        Some((*self).into())
    }
}

impl From<UtcDateTime> for Epoch {
    #[inline]
    fn from(time: UtcDateTime) -> Self {
        Epoch::from_parts(time.unix_timestamp(), time.nanosecond())
    }
}

impl FromEpoch for OffsetDateTime {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        let (seconds, nanos) = epoch.parts();
        Self::from_unix_timestamp(seconds).ok()?.replace_nanosecond(nanos).ok()
    }
}

impl FromEpoch for UtcDateTime {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        let (seconds, nanos) = epoch.parts();
        Self::from_unix_timestamp(seconds).ok()?.replace_nanosecond(nanos).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;
    use time::UtcOffset;

    #[test]
    fn moments_are_exact_on_both_sides_of_1970() {
        for nanos in [0, 1, -1, 1_000_000_001, -1_000_000_001, 1_700_000_000_000_000_999] {
            let utc = UtcDateTime::from_unix_timestamp_nanos(nanos).unwrap();
            let offset = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
            let offset = offset.to_offset(UtcOffset::from_hms(-3, -30, 0).unwrap());
            for epoch in [utc.to_epoch(), offset.to_epoch()] {
                assert_eq!(epoch.unwrap().to_precision(Precision::Nanoseconds), Some(nanos as i64));
                assert_eq!(epoch.unwrap().to(), Some(utc));
                assert_eq!(epoch.unwrap().to(), Some(offset));
            }
        }
    }

    #[test]
    fn far_dates_are_out_of_range() {
        for date in [UtcDateTime::MAX, UtcDateTime::MIN] {
            assert_eq!(date.to_epoch().unwrap().to_precision(Precision::Seconds), None);
        }
        assert_eq!(Epoch::from_parts(i64::MAX, 0).to::<UtcDateTime>(), None);
    }
}

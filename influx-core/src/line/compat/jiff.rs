//! Times of jiff 0.2.

use crate::{Epoch, FromEpoch, Timestamp};

impl Timestamp for jiff::Timestamp {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        Some((*self).into())
    }
}

impl From<jiff::Timestamp> for Epoch {
    #[inline]
    fn from(time: jiff::Timestamp) -> Self {
        // Before 1970 both parts of jiff's are negative.
        match (time.as_second(), time.subsec_nanosecond()) {
            (seconds, nanos @ ..0) => Epoch::from_parts(seconds - 1, (1_000_000_000 + nanos) as u32),
            (seconds, nanos) => Epoch::from_parts(seconds, nanos as u32),
        }
    }
}

impl Timestamp for jiff::Zoned {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        self.timestamp().to_epoch()
    }
}

impl From<jiff::Zoned> for Epoch {
    fn from(time: jiff::Zoned) -> Self {
        time.timestamp().into()
    }
}

impl FromEpoch for jiff::Timestamp {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        let (seconds, nanos) = epoch.parts();
        Self::new(seconds, i32::try_from(nanos).ok()?).ok()
    }
}

impl FromEpoch for jiff::Zoned {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        epoch.to::<jiff::Timestamp>().map(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;

    #[test]
    fn moments_are_exact_on_both_sides_of_1970() {
        for nanos in [0, 1, -1, 1_000_000_001, -1_000_000_001, 1_700_000_000_000_000_999] {
            let time = jiff::Timestamp::from_nanosecond(nanos).unwrap();
            for epoch in [time.to_epoch(), time.to_zoned(jiff::tz::TimeZone::UTC).to_epoch()] {
                assert_eq!(epoch.unwrap().to_precision(Precision::Nanoseconds), Some(nanos as i64));
                assert_eq!(epoch, Some(time.to_zoned(jiff::tz::TimeZone::UTC).into()));
                assert_eq!(epoch.unwrap().to(), Some(time));
                assert_eq!(epoch.unwrap().to::<jiff::Zoned>().unwrap().timestamp(), time);
            }
        }
    }

    #[test]
    fn far_dates_are_out_of_range() {
        for date in [jiff::Timestamp::MAX, jiff::Timestamp::MIN] {
            assert_eq!(date.to_epoch().unwrap().to_precision(Precision::Seconds), None);
        }
        assert_eq!(Epoch::from_parts(i64::MAX, 0).to::<jiff::Timestamp>(), None);
    }
}

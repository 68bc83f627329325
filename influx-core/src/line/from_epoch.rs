//! The way back from a moment to a type of time.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Epoch, Micros, Millis, Nanos, Precision, Seconds, TimeUnit};

/// A type of time that a moment can be turned into: the same types that are a [`Timestamp`](crate::Timestamp).
///
/// What is finer than the type counts is left out, toward the past.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of a moment",
    label = "not a type of time",
    note = "use `Epoch`, `SystemTime`, `Nanos`, `Micros`, `Millis` or `Seconds`",
    note = "for the types of chrono, jiff or time, enable the influx-core feature of that name"
)]
pub trait FromEpoch: Sized {
    /// The moment as this type, in UTC if it has a zone; `None` where the type does not reach it.
    fn from_epoch(epoch: Epoch) -> Option<Self>;
}

/// An integer that can be made of a count of time units: what `#[time(unit = "…")]` reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an integer count of time units",
    label = "`unit` needs an integer",
    note = "leave `unit` out for types that know their time, such as `SystemTime`"
)]
pub trait FromTicks: Sized {
    /// The count as this type; `None` where it does not fit.
    fn from_ticks(ticks: i64) -> Option<Self>;

    /// What stands for a time that is not there; `None`: that is an error.
    fn missing() -> Option<Self> {
        None
    }
}

macro_rules! ticks {
    ($($int:ty)*) => {$(
        impl FromTicks for $int {
            #[inline]
            fn from_ticks(ticks: i64) -> Option<Self> {
                ticks.try_into().ok()
            }
        }
    )*};
}

ticks!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<T: FromTicks> FromTicks for Option<T> {
    fn from_ticks(ticks: i64) -> Option<Self> {
        T::from_ticks(ticks).map(Some)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl Epoch {
    /// The moment as a type of time; `None` where the type does not reach it.
    ///
    /// ```
    /// use influx_core::{Epoch, Millis, Precision};
    /// use std::time::{Duration, SystemTime};
    ///
    /// let time = Epoch::from_ticks(1_500, Precision::Milliseconds);
    /// assert_eq!(time.to(), Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1_500)));
    /// assert_eq!(time.to(), Some(Millis(1_500)));
    /// ```
    #[must_use]
    pub fn to<T: FromEpoch>(self) -> Option<T> {
        T::from_epoch(self)
    }

    /// Whole units since 1970, rounded toward the past, if an `i64` holds them.
    #[inline]
    pub(crate) fn ticks_of(self, unit: Precision) -> Option<i64> {
        let (seconds, nanos) = self.parts();
        // in 64 bits: a division of 128 is many times slower
        let (in_second, rest) = (1_000_000_000 / unit.nanos(), i64::from(nanos) / unit.nanos());
        match seconds {
            // counted from the next second, so that no step overflows
            ..0 => (seconds + 1).checked_mul(in_second)?.checked_sub(in_second - rest),
            _ => seconds.checked_mul(in_second)?.checked_add(rest),
        }
    }

    /// Nanoseconds since 1970.
    fn total(self) -> i128 {
        let (seconds, nanos) = self.parts();
        i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
    }
}

/// Two are equal if they are the same moment, whatever they were made of.
impl PartialEq for Epoch {
    fn eq(&self, other: &Self) -> bool {
        self.total() == other.total()
    }
}

impl Eq for Epoch {}

/// The earlier is less.
impl Ord for Epoch {
    fn cmp(&self, other: &Self) -> Ordering {
        self.total().cmp(&other.total())
    }
}

impl PartialOrd for Epoch {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Epoch {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.total().hash(state);
    }
}

impl FromEpoch for Epoch {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        Some(epoch)
    }
}

macro_rules! units {
    ($($name:ident)*) => {$(
        impl FromEpoch for $name {
            fn from_epoch(epoch: Epoch) -> Option<Self> {
                epoch.ticks_of(Self::UNIT).map(Self)
            }
        }
    )*};
}

units!(Nanos Micros Millis Seconds);

impl FromEpoch for SystemTime {
    fn from_epoch(epoch: Epoch) -> Option<Self> {
        let (seconds, nanos) = epoch.parts();
        let second = Duration::from_secs(seconds.unsigned_abs());
        let second =
            if seconds < 0 { UNIX_EPOCH.checked_sub(second) } else { UNIX_EPOCH.checked_add(second) };
        second?.checked_add(Duration::from_nanos(nanos.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn types_of_time_come_back_as_they_went() {
        for nanos in [0, 1, -1, 1_000_000_001, -1_000_000_001, 1_700_000_000_123_456_789] {
            let epoch = Nanos(nanos).to_epoch().unwrap();
            assert_eq!(epoch.to(), Some(Nanos(nanos)));
            assert_eq!(epoch.to::<SystemTime>().unwrap().to_epoch(), Some(epoch));
            assert_eq!(epoch.to::<Epoch>(), Some(epoch));
        }
    }

    #[test]
    fn coarser_units_are_rounded_toward_the_past() {
        let epoch = Epoch::from_parts(-2, 999_999_999);
        assert_eq!(epoch.to(), Some(Micros(-1_000_001)));
        assert_eq!(epoch.to(), Some(Millis(-1_001)));
        assert_eq!(epoch.to(), Some(Seconds(-2)));
    }

    #[test]
    fn every_unit_is_exact_up_to_its_ends() {
        let units =
            [Precision::Nanoseconds, Precision::Microseconds, Precision::Milliseconds, Precision::Seconds];
        for unit in units {
            for ticks in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
                let epoch = Epoch::from_ticks(ticks, unit);
                assert_eq!(epoch.ticks_of(unit), Some(ticks), "{ticks} {unit:?}");
                for other in units {
                    let exact = epoch.total().div_euclid(i128::from(other.nanos()));
                    assert_eq!(
                        epoch.ticks_of(other),
                        i64::try_from(exact).ok(),
                        "{ticks} {unit:?} {other:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_type_does_not_reach_is_none() {
        let far = Epoch::from_ticks(i64::MAX, Precision::Seconds);
        assert_eq!(far.to::<Nanos>(), None);
        assert_eq!(far.to(), Some(Seconds(i64::MAX)));
        assert_eq!(u8::from_ticks(256), None);
        assert_eq!(Option::<u8>::from_ticks(256), None);
        assert_eq!(Option::<u8>::from_ticks(255), Some(Some(255)));
        for ticks in [i64::MIN, i64::MAX] {
            let _ = Epoch::from_ticks(ticks, Precision::Seconds).to::<SystemTime>();
        }
    }

    #[test]
    fn one_moment_is_equal_however_it_was_made() {
        let ticks = Epoch::from_ticks(-1_500, Precision::Milliseconds);
        assert_eq!(ticks, Epoch::from_parts(-2, 500_000_000));
        assert!(ticks < Epoch::from_ticks(-1, Precision::Seconds));
        assert_ne!(ticks, Epoch::from_parts(-1, 500_000_000));
    }
}

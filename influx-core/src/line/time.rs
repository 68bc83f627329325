//! Times: what a record's time may be, and its way to the precision of a destination.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The unit that timestamps are written in. A destination has one; servers are told it in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Precision {
    /// `ns`, the default of servers and of this crate.
    #[default]
    Nanoseconds,
    /// `us`
    Microseconds,
    /// `ms`
    Milliseconds,
    /// `s`
    Seconds,
}

impl Precision {
    /// The name in a write request: `ns`, `us`, `ms` or `s`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Precision::Nanoseconds => "ns",
            Precision::Microseconds => "us",
            Precision::Milliseconds => "ms",
            Precision::Seconds => "s",
        }
    }

    /// How many nanoseconds one unit has.
    pub const fn nanos(self) -> i64 {
        match self {
            Precision::Nanoseconds => 1,
            Precision::Microseconds => 1_000,
            Precision::Milliseconds => 1_000_000,
            Precision::Seconds => 1_000_000_000,
        }
    }
}

/// A moment, counted from 1970-01-01 00:00:00 UTC: what a [`Timestamp`] gives.
///
/// It keeps what it was made of, so that nothing is rounded or scaled before the precision is known.
#[derive(Debug, Clone, Copy)]
pub struct Epoch(Repr);

#[derive(Debug, Clone, Copy)]
enum Repr {
    Ticks(i64, Precision),
    Parts { seconds: i64, nanos: u32 },
}

impl Epoch {
    /// The moment `ticks` units after 1970 (before it, if negative).
    #[inline(always)]
    pub const fn from_ticks(ticks: i64, unit: Precision) -> Self {
        Epoch(Repr::Ticks(ticks, unit))
    }

    /// The moment `seconds` after 1970 (before it, if negative) and `nanos` nanoseconds after that.
    #[inline(always)]
    pub const fn from_parts(seconds: i64, nanos: u32) -> Self {
        Epoch(Repr::Parts { seconds, nanos })
    }

    /// The count of whole units since 1970, rounded toward the past; `None` where the moment, so rounded, is
    /// outside what servers store, −9223372036854775806 to 9223372036854775806 nanoseconds (1677-09-21 to
    /// 2262-04-11).
    ///
    /// ```
    /// use influx_core::{Epoch, Precision};
    /// let half_a_second_before = Epoch::from_ticks(-500, Precision::Milliseconds);
    /// assert_eq!(half_a_second_before.to_precision(Precision::Seconds), Some(-1));
    /// assert_eq!(half_a_second_before.to_precision(Precision::Nanoseconds), Some(-500_000_000));
    /// assert_eq!(Epoch::from_ticks(i64::MAX, Precision::Seconds).to_precision(Precision::Seconds), None);
    /// ```
    #[inline(always)]
    pub fn to_precision(self, precision: Precision) -> Option<i64> {
        let nanos = self.nanos()?;
        let ticks = match precision {
            Precision::Nanoseconds => nanos,
            // By constants: a division by a variable is many times slower.
            Precision::Microseconds => nanos.div_euclid(1_000),
            Precision::Milliseconds => nanos.div_euclid(1_000_000),
            Precision::Seconds => nanos.div_euclid(NANOS),
        };
        // Servers scale back what they read: rounded down, the first moments of all become too early.
        let read = ticks.checked_mul(precision.nanos())?;
        ((-LIMIT..=LIMIT).contains(&nanos) && read >= -LIMIT).then_some(ticks)
    }

    /// Whole seconds since 1970, rounded toward the past, and nanoseconds after that.
    #[must_use]
    pub const fn parts(self) -> (i64, u32) {
        match self.0 {
            Repr::Parts { seconds, nanos } => (seconds, nanos),
            Repr::Ticks(ticks, unit) => {
                let (ticks, units) = (ticks as i128, NANOS as i128 / unit.nanos() as i128);
                let rest = ticks.rem_euclid(units) * unit.nanos() as i128;
                (ticks.div_euclid(units) as i64, rest as u32) // both are smaller than what they come from
            }
        }
    }

    /// Nanoseconds since 1970, if an `i64` holds them.
    #[inline(always)]
    pub(super) fn nanos(self) -> Option<i64> {
        match self.0 {
            Repr::Ticks(ticks, unit) => ticks.checked_mul(unit.nanos()),
            // Seconds before 1970 with a rest: counted from the next second, so that no step overflows.
            Repr::Parts { seconds: seconds @ ..0, nanos: nanos @ 1.. } => {
                (seconds + 1).checked_mul(NANOS)?.checked_sub(NANOS - i64::from(nanos))
            }
            Repr::Parts { seconds, nanos } => seconds.checked_mul(NANOS)?.checked_add(i64::from(nanos)),
        }
    }
}

const NANOS: i64 = 1_000_000_000;

/// The last nanosecond that servers store; its negative is the first.
pub(crate) const LIMIT: i64 = i64::MAX - 1;

/// A type that says when a record was made.
///
/// `None` leaves the timestamp out, and the server stamps the record when it arrives. Bare integers have no
/// unit and so are no timestamps: give them one with [`Nanos`], [`Micros`], [`Millis`] or [`Seconds`], or with
/// `#[time(unit = "ms")]`.
///
/// Implementations for chrono, jiff and time stand behind the features of those names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timestamp",
    label = "this type has no point in time",
    note = "a bare integer needs a unit: `#[time(unit = \"ns\")]`, or a type such as `influx_core::Nanos`",
    note = "for the types of chrono, jiff or time, enable the influx-core feature of that name"
)]
pub trait Timestamp {
    /// The moment, or `None` to let the server stamp the record.
    fn to_epoch(&self) -> Option<Epoch>;
}

/// A count of time units since 1970 without saying which: what `#[time(unit = "…")]` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an integer count of time units",
    label = "`unit` needs an integer",
    note = "leave `unit` out for types that know their time, such as `SystemTime`"
)]
pub trait Ticks {
    /// The count, or `None` to let the server stamp the record. A count beyond `i64` saturates, which is out
    /// of range in every unit.
    fn ticks(&self) -> Option<i64>;
}

/// A unit of time as a type: [`Nanos`], [`Micros`], [`Millis`], [`Seconds`].
pub trait TimeUnit {
    /// The unit.
    const UNIT: Precision;
}

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident = $unit:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i64);

        impl TimeUnit for $name {
            const UNIT: Precision = Precision::$unit;
        }

        impl Timestamp for $name {
            #[inline(always)]
            fn to_epoch(&self) -> Option<Epoch> {
                Some((*self).into())
            }
        }

        impl From<$name> for Epoch {
            #[inline(always)]
            fn from(time: $name) -> Self {
                Epoch::from_ticks(time.0, Precision::$unit)
            }
        }
    )*};
}

units! {
    /// Nanoseconds since 1970.
    Nanos = Nanoseconds;
    /// Microseconds since 1970.
    Micros = Microseconds;
    /// Milliseconds since 1970.
    Millis = Milliseconds;
    /// Seconds since 1970.
    Seconds = Seconds;
}

macro_rules! ticks {
    ($($int:ty)*) => {$(
        impl Ticks for $int {
            #[inline(always)]
            #[allow(clippy::unnecessary_fallible_conversions, reason = "one rule for all widths")]
            fn ticks(&self) -> Option<i64> {
                // Only what is above `i64::MAX` does not fit: the signed types are no wider.
                Some(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}

ticks!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<T: Ticks> Ticks for Option<T> {
    #[inline(always)]
    fn ticks(&self) -> Option<i64> {
        self.as_ref()?.ticks()
    }
}

impl<T: Ticks + ?Sized> Ticks for &T {
    #[inline(always)]
    fn ticks(&self) -> Option<i64> {
        (**self).ticks()
    }
}

impl<T: Timestamp> Timestamp for Option<T> {
    #[inline(always)]
    fn to_epoch(&self) -> Option<Epoch> {
        self.as_ref()?.to_epoch()
    }
}

impl<T: Timestamp + ?Sized> Timestamp for &T {
    #[inline(always)]
    fn to_epoch(&self) -> Option<Epoch> {
        (**self).to_epoch()
    }
}

impl Timestamp for Epoch {
    #[inline(always)]
    fn to_epoch(&self) -> Option<Epoch> {
        Some(*self)
    }
}

impl Timestamp for SystemTime {
    #[inline]
    fn to_epoch(&self) -> Option<Epoch> {
        Some((*self).into())
    }
}

impl From<SystemTime> for Epoch {
    #[inline]
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Epoch::from_parts(saturated(after), after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                match before.subsec_nanos() {
                    0 => Epoch::from_parts(-saturated(before), 0),
                    nanos => Epoch::from_parts(-saturated(before) - 1, NANOS as u32 - nanos),
                }
            }
        }
    }
}

/// Whole seconds, at most `i64::MAX`, which is out of range in every unit.
fn saturated(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Precision; 4] =
        [Precision::Nanoseconds, Precision::Microseconds, Precision::Milliseconds, Precision::Seconds];

    /// The rule, in wide integers.
    fn expected(nanos: i128, precision: Precision) -> Option<i64> {
        let (limit, unit) = (i128::from(LIMIT), i128::from(precision.nanos()));
        let ticks = nanos.div_euclid(unit);
        ((-limit..=limit).contains(&nanos) && ticks * unit >= -limit).then_some(ticks as i64)
    }

    #[test]
    fn every_unit_reaches_every_precision_exactly() {
        let edges = [0, 1, -1, 999, -999, 1_500, -1_500, i64::MAX, i64::MIN, LIMIT, -LIMIT, -LIMIT - 1];
        let seconds = [9_223_372_036, -9_223_372_036, 9_223_372_037, -9_223_372_037];
        for unit in ALL {
            for ticks in edges.into_iter().chain(seconds) {
                for precision in ALL {
                    let nanos = i128::from(ticks) * i128::from(unit.nanos());
                    let found = Epoch::from_ticks(ticks, unit).to_precision(precision);
                    assert_eq!(found, expected(nanos, precision), "{ticks} {unit:?} {precision:?}");
                }
            }
        }
    }

    #[test]
    fn seconds_and_nanoseconds_are_joined_exactly() {
        for seconds in [0, 1, -1, 9_223_372_036, -9_223_372_037, -9_223_372_036, i64::MAX, i64::MIN] {
            for nanos in [0, 1, 145_224_193, 145_224_194, 854_775_806, 854_775_807, 999_999_999] {
                for precision in ALL {
                    let all = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
                    let found = Epoch::from_parts(seconds, nanos).to_precision(precision);
                    assert_eq!(found, expected(all, precision), "{seconds} {nanos} {precision:?}");
                }
            }
        }
    }

    #[test]
    fn system_time_before_1970_rounds_toward_the_past() {
        let time = UNIX_EPOCH - Duration::new(1, 1);
        let epoch = time.to_epoch().unwrap();
        assert_eq!(epoch.to_precision(Precision::Nanoseconds), Some(-1_000_000_001));
        assert_eq!(epoch.to_precision(Precision::Seconds), Some(-2));
        assert_eq!((UNIX_EPOCH - Duration::from_secs(3)).to_epoch(), Some(Epoch::from_parts(-3, 0)));
    }

    #[test]
    fn counts_beyond_i64_are_out_of_range_in_every_unit() {
        let ticks = u64::MAX.ticks().unwrap();
        for unit in ALL {
            assert_eq!(Epoch::from_ticks(ticks, unit).to_precision(Precision::Nanoseconds), None);
        }
        assert_eq!(None::<i64>.ticks(), None);
    }
}

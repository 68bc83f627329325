//! Ranges of time.

use std::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::error::{Error, Result};
use crate::line::LIMIT;
use crate::{Epoch, Precision, Timestamp};

/// A range of time: `start..stop` and the other ranges of Rust over any [`Timestamp`], and `..` for all times that
/// servers store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no range of time",
    label = "this is no range of time",
    note = "a range of bare integers needs a unit: `Seconds(0)..Seconds(60)`, or a type such as `SystemTime`"
)]
pub trait Span: Ends {}

mod sealed {
    use super::Result;

    pub trait Ends {
        /// The first and the last nanosecond.
        ///
        /// # Errors
        ///
        /// An end is no time, or the range is empty.
        fn ends(&self) -> Result<(i64, i64)>;
    }
}

pub(super) use sealed::Ends;

macro_rules! spans {
    ($($range:ident)*) => {$(
        impl<T: Timestamp> Span for $range<T> {}

        impl<T: Timestamp> Ends for $range<T> {
            fn ends(&self) -> Result<(i64, i64)> {
                ends(self)
            }
        }
    )*};
}

spans!(Range RangeInclusive RangeFrom RangeTo RangeToInclusive);

impl Span for RangeFull {}

impl Ends for RangeFull {
    fn ends(&self) -> Result<(i64, i64)> {
        ends::<Epoch>(self)
    }
}

fn ends<T: Timestamp>(range: &impl RangeBounds<T>) -> Result<(i64, i64)> {
    let start = match range.start_bound() {
        Bound::Included(start) => nanos("start", start)?,
        Bound::Excluded(start) => nanos("start", start)? + 1,
        Bound::Unbounded => -LIMIT,
    };
    let stop = match range.end_bound() {
        Bound::Included(stop) => nanos("stop", stop)?,
        Bound::Excluded(stop) => nanos("stop", stop)? - 1,
        Bound::Unbounded => LIMIT,
    };
    if start > stop {
        return Err(Error::config("the range of time is empty: its stop is not behind its start"));
    }
    Ok((start, stop))
}

/// # Errors
///
/// It is none, or servers cannot store it.
fn nanos(end: &str, time: &impl Timestamp) -> Result<i64> {
    let time = time.to_epoch().ok_or_else(|| Error::config(format!("the {end} of the range is no time")))?;
    time.to_precision(Precision::Nanoseconds).ok_or_else(|| {
        let what = "is none that servers store, which are 1677-09-21 to 2262-04-11";
        Error::config(format!("the {end} of the range {what}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Nanos, Seconds};

    #[test]
    fn ranges_are_as_rust_has_them() {
        let (a, b) = (Nanos(5), Nanos(9));
        for (found, ends) in [
            ((a..b).ends(), (5, 8)),
            ((a..=b).ends(), (5, 9)),
            ((a..).ends(), (5, LIMIT)),
            ((..b).ends(), (-LIMIT, 8)),
            ((..=b).ends(), (-LIMIT, 9)),
            ((..).ends(), (-LIMIT, LIMIT)),
            ((a..=a).ends(), (5, 5)),
            ((Seconds(-1)..Seconds(0)).ends(), (-1_000_000_000, -1)),
        ] {
            assert_eq!(found.unwrap(), ends);
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for (found, part) in [
            ((Nanos(5)..Nanos(5)).ends(), "empty"),
            ((Nanos(9)..Nanos(5)).ends(), "empty"),
            ((..Nanos(-LIMIT)).ends(), "empty"),
            ((Seconds(i64::MAX)..).ends(), "the start of the range is none that servers store"),
            ((..=Nanos(i64::MAX)).ends(), "the stop of the range is none that servers store"),
        ] {
            let error = found.unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(
            (None::<Nanos>..Some(Nanos(1)))
                .ends()
                .unwrap_err()
                .to_string()
                .contains("start of the range is no")
        );
    }
}

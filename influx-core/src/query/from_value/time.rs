//! Times: by RFC 3339, or as a count of units.

use std::time::SystemTime;

use super::FromValue;
use crate::line::{
    Epoch, FromEpoch, FromTicks, Micros, Millis, Nanos, Precision, Seconds, TimeUnit, rfc3339,
};
use crate::query::{Cell, DataType, RowError};

macro_rules! times {
    ($($(#[$gate:meta])? $type:ty,)*) => {$(
        $(#[$gate])?
        impl FromValue<'_> for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                time(cell)
            }
        }
    )*};
}

times! {
    Epoch,
    SystemTime,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::Utc>,
    #[cfg(feature = "chrono")] chrono::DateTime<chrono::FixedOffset>,
    #[cfg(feature = "jiff")] jiff::Timestamp,
    #[cfg(feature = "jiff")] jiff::Zoned,
    #[cfg(feature = "time")] time::OffsetDateTime,
    #[cfg(feature = "time")] time::UtcDateTime,
}

macro_rules! units {
    ($($unit:ident)*) => {$(
        impl FromValue<'_> for $unit {
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                ticks(cell, Self::UNIT).map(Self)
            }
        }
    )*};
}

units!(Nanos Micros Millis Seconds);

fn time<T: FromEpoch>(cell: Cell<'_>) -> Result<T, RowError> {
    let time = epoch(cell)?.to();
    time.ok_or_else(|| RowError::new(format!("{:?} is beyond the times of its type", cell.text())))
}

#[inline]
fn epoch(cell: Cell<'_>) -> Result<Epoch, RowError> {
    match cell.data_type() {
        _ if cell.is_null() => {}
        DataType::Time | DataType::String | DataType::Untyped => {
            return rfc3339::parse_utc(cell.text())
                .map_err(|why| RowError::new(format!("{:?} {why}", cell.text())));
        }
        DataType::Ticks(unit) => {
            if let Ok(ticks) = cell.text().parse() {
                return Ok(Epoch::from_ticks(ticks, unit));
            }
        }
        DataType::Long | DataType::UnsignedLong => {
            return Err(RowError::unfit(cell, "a time")
                .hint("say its unit by a type such as `Nanos`, or by `#[time(unit = \"ns\")]`"));
        }
        _ => {}
    }
    Err(RowError::unfit(cell, "a time"))
}

/// A count of units since 1970: the number if it is one, the moment in that unit if it is a time.
#[inline]
fn ticks(cell: Cell<'_>, unit: Precision) -> Result<i64, RowError> {
    if matches!(cell.data_type(), DataType::Long | DataType::UnsignedLong | DataType::Untyped)
        && let Ok(ticks) = cell.text().parse()
        && !cell.is_null()
    {
        return Ok(ticks);
    }
    let ticks = epoch(cell)?.ticks_of(unit);
    ticks.ok_or_else(|| RowError::new(format!("{:?} is beyond 64 bits of {}", cell.text(), unit.as_str())))
}

/// The same as an integer of the member's type; null if that may be missing.
pub(in crate::query) fn ticks_in<T: FromTicks>(cell: Cell<'_>, unit: Precision) -> Result<T, RowError> {
    if cell.is_null()
        && let Some(missing) = T::missing()
    {
        return Ok(missing);
    }
    let ticks = ticks(cell, unit)?;
    T::from_ticks(ticks).ok_or_else(|| {
        RowError::new(format!("{:?} is {ticks} {}, which do not fit the member", cell.text(), unit.as_str()))
    })
}

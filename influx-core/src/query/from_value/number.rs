//! Numbers: none loses a digit that the answer has, but for doubles in a narrower float.

use std::str::FromStr;

use super::FromValue;
use crate::query::{Cell, DataType, RowError};

macro_rules! integers {
    ($($int:ty = $what:literal)*) => {$(
        impl FromValue<'_> for $int {
            #[inline]
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                integer(cell).ok_or_else(|| no_integer(cell, $what))
            }
        }
    )*};
}

integers! {
    i8 = "an integer of 8 bits"
    i16 = "an integer of 16 bits"
    i32 = "an integer of 32 bits"
    i64 = "an integer of 64 bits"
    isize = "an integer of 64 bits"
    u8 = "an unsigned integer of 8 bits"
    u16 = "an unsigned integer of 16 bits"
    u32 = "an unsigned integer of 32 bits"
    u64 = "an unsigned integer of 64 bits"
    usize = "an unsigned integer of 64 bits"
}

#[inline]
fn integer<T: FromStr + TryFrom<i128>>(cell: Cell<'_>) -> Option<T> {
    match cell.data_type() {
        _ if cell.is_null() => None,
        DataType::Long | DataType::UnsignedLong => cell.text().parse().ok(),
        DataType::Untyped => cell.text().parse().ok().or_else(|| whole(cell.text())?.try_into().ok()),
        _ => None,
    }
}

/// A float without a part behind the point, such as `5.0`.
fn whole(text: &str) -> Option<i128> {
    let float: f64 = text.parse().ok()?;
    (float.fract() == 0.0).then_some(float as i128) // what is too large saturates, and fits no integer of 64 bits
}

#[cold]
fn no_integer(cell: Cell<'_>, what: &str) -> RowError {
    let error = RowError::unfit(cell, what);
    match cell.data_type() {
        _ if cell.is_null() => error,
        DataType::Double => error.hint("read it into an f64, or make it an integer in the query"),
        DataType::Time | DataType::Ticks(_) => {
            error.hint("read it into a type of time, or say `#[time(unit = \"ns\")]`")
        }
        _ => error,
    }
}

macro_rules! floats {
    ($($float:ident $exact:ident)*) => {$(
        impl FromValue<'_> for $float {
            #[inline]
            fn from_value(cell: Cell<'_>) -> Result<Self, RowError> {
                let read = match cell.data_type() {
                    _ if cell.is_null() => None,
                    DataType::Double | DataType::Untyped => {
                        // What a narrower float does not reach becomes infinite, which the answer has not said.
                        let float: Option<$float> = cell.text().parse().ok();
                        float.filter(|float| !float.is_infinite() || cell.text().parse::<f64>() == Ok(f64::from(*float)))
                    }
                    DataType::Long | DataType::UnsignedLong => cell.text().parse().ok().and_then($exact),
                    _ => None,
                };
                read.ok_or_else(|| RowError::unfit(cell, concat!("an ", stringify!($float))))
            }
        }

        /// The integer as a float, if that has all of its digits: it is the same number, or one that is written alike, as
        /// large floats are in JSON.
        pub(in crate::query) fn $exact(integer: i128) -> Option<$float> {
            let float = integer as $float;
            (float as i128 == integer || float.to_string() == integer.to_string()).then_some(float)
        }
    )*};
}

floats! { f32 as_f32 f64 as_f64 }

//! One value of a column, whatever the column's type and the library it is of.

use influx_core::Precision;

use crate::column::{Column, Values};
use crate::schema::ColumnType;

/// A value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// Of an unsigned type, or too large for the other.
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A moment, counted from 1970 on. What a clock shows without a zone, UTC's shows.
    Time(i64, Precision),
    /// Nanoseconds.
    Duration(i64),
}

/// # Errors
///
/// Columns of this type have no values here: why not.
pub(crate) fn check(ty: &ColumnType) -> Result<(), String> {
    match ty {
        ColumnType::Time(_) | ColumnType::Struct(_) | ColumnType::Other(_) => Err(misfit(ty)),
        _ => Ok(()),
    }
}

const DAY: i64 = 86_400_000;

/// The value of a row of a block, of a column of this type, which is [checked](check).
///
/// # Errors
///
/// What is wrong with the value: it is none that a type here holds.
#[inline]
pub(crate) fn scalar<'a>(ty: &ColumnType, column: &Column<'a>, row: usize) -> Result<Scalar<'a>, String> {
    let Some(at) = column.place(row) else { return Ok(Scalar::Null) };
    let values = &column.values;
    let value = match (ty, values) {
        (ColumnType::Boolean, Values::Boolean(bits)) => Some(Scalar::Boolean(bits.get(at))),
        (ColumnType::Integer(_) | ColumnType::Unsigned(_), _) => return integer(ty, values, at),
        (ColumnType::Float(_), Values::F32(values)) => Some(Scalar::Float(values[at].into())),
        (ColumnType::Float(_), Values::F64(values)) => Some(Scalar::Float(values[at])),
        (ColumnType::Decimal { scale }, _) => decimal(values, at, *scale),
        (ColumnType::String | ColumnType::Category, Values::Text(text)) => Some(Scalar::Text(text.get(at))),
        (ColumnType::Binary, Values::Bytes(bytes)) => Some(Scalar::Bytes(bytes.get(at))),
        (ColumnType::Date, Values::I32(days)) => {
            Some(Scalar::Time(i64::from(days[at]) * DAY, Precision::Milliseconds))
        }
        (ColumnType::Timestamp(unit, _), Values::I64(ticks)) => Some(Scalar::Time(ticks[at], *unit)),
        (ColumnType::Duration(unit), Values::I64(ticks)) => {
            let nanos = ticks[at].checked_mul(unit.nanos()).map(Scalar::Duration);
            return nanos
                .ok_or_else(|| format!("{} {} are beyond 64 bits of nanoseconds", ticks[at], unit.as_str()));
        }
        _ => None,
    };
    value.ok_or_else(|| misfit(ty))
}

#[cold]
fn misfit(ty: &ColumnType) -> String {
    const CAST: &str = "cast the column to text, numbers, booleans, bytes, dates, timestamps or durations";
    format!("it is {ty}: {CAST}")
}

fn integer<'a>(ty: &ColumnType, values: &Values<'_>, at: usize) -> Result<Scalar<'a>, String> {
    let Some(value) = whole(values, at) else { return Err(misfit(ty)) };
    let integer = match ty {
        ColumnType::Unsigned(_) => None,
        _ => value.try_into().ok().map(Scalar::Integer),
    };
    let value = integer.or_else(|| value.try_into().ok().map(Scalar::Unsigned));
    value.ok_or_else(|| "it has an integer beyond 64 bits: cast the column to float, or to text".to_owned())
}

/// An integer of any width; the largest of all are cut off, which no 64 bits hold anyway.
fn whole(values: &Values<'_>, at: usize) -> Option<i128> {
    Some(match values {
        Values::I8(values) => values[at].into(),
        Values::I16(values) => values[at].into(),
        Values::I32(values) => values[at].into(),
        Values::I64(values) => values[at].into(),
        Values::I128(values) => values[at],
        Values::U8(values) => values[at].into(),
        Values::U16(values) => values[at].into(),
        Values::U32(values) => values[at].into(),
        Values::U64(values) => values[at].into(),
        Values::U128(values) => values[at].try_into().unwrap_or(i128::MAX),
        _ => return None,
    })
}

/// The float that is nearest to a decimal number.
fn decimal<'a>(values: &Values<'_>, at: usize, scale: i8) -> Option<Scalar<'a>> {
    let digits = match values {
        Values::Digits(digits) => digits[at].to_string(),
        values => whole(values, at)?.to_string(),
    };
    format!("{digits}e{}", -i32::from(scale)).parse().ok().map(Scalar::Float)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn of(ty: &ColumnType, values: Values<'_>) -> String {
        let column = Column { values, valid: None, keys: None, known: None, start: 0 };
        match scalar(ty, &column, 0) {
            Ok(value) => format!("{value:?}"),
            Err(why) => why,
        }
    }

    #[test]
    fn every_type_has_its_value() {
        use Precision::{Microseconds, Milliseconds};
        let zone = || Some("Europe/Berlin".into());
        let digits = || Values::Digits(vec!["-12345".into()]);
        for (ty, values, value) in [
            (ColumnType::Integer(8), Values::I8(&[-1]), "Integer(-1)"),
            (ColumnType::Integer(16), Values::I16(&[-1]), "Integer(-1)"),
            (ColumnType::Integer(32), Values::I32(&[-1]), "Integer(-1)"),
            (ColumnType::Integer(128), Values::I128(&[1 << 63]), "Unsigned(9223372036854775808)"),
            (ColumnType::Unsigned(8), Values::U8(&[1]), "Unsigned(1)"),
            (ColumnType::Unsigned(128), Values::U128(&[7]), "Unsigned(7)"),
            (ColumnType::Float(32), Values::F32(Cow::Borrowed(&[0.5])), "Float(0.5)"),
            (ColumnType::Float(64), Values::F64(&[0.1]), "Float(0.1)"),
            (ColumnType::Decimal { scale: 2 }, Values::I128(&[12345]), "Float(123.45)"),
            (ColumnType::Decimal { scale: -1 }, digits(), "Float(-123450.0)"),
            (ColumnType::Date, Values::I32(&[-1]), "Time(-86400000, Milliseconds)"),
            (ColumnType::Timestamp(Microseconds, zone()), Values::I64(&[5]), "Time(5, Microseconds)"),
            (ColumnType::Duration(Milliseconds), Values::I64(&[5]), "Duration(5000000)"),
        ] {
            assert_eq!(of(&ty, values), value, "{ty}");
        }
    }

    #[test]
    fn what_no_value_here_holds_is_refused_with_advice() {
        for (ty, values, says) in [
            (ColumnType::Integer(128), Values::I128(&[1 << 64]), "beyond 64 bits"),
            (ColumnType::Unsigned(128), Values::U128(&[u128::MAX]), "beyond 64 bits"),
            (ColumnType::Duration(Precision::Seconds), Values::I64(&[i64::MAX]), "beyond 64 bits"),
            (ColumnType::Boolean, Values::I32(&[1]), "it is boolean: cast the column"),
        ] {
            assert!(of(&ty, values.clone()).contains(says), "{ty}: {}", of(&ty, values));
        }
        for (ty, fits) in [
            (ColumnType::Time(Precision::Seconds), false),
            (ColumnType::Struct(Vec::new()), false),
            (ColumnType::Other("list".to_owned()), false),
            (ColumnType::Null, true),
            (ColumnType::Date, true),
        ] {
            assert_eq!(check(&ty).is_ok(), fits, "{ty}");
        }
    }
}

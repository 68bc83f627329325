//! Values as text that have no text of their own: decimals, bytes, dates and times.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use influx_core::{Epoch, Precision};

use super::integer::Integer;
use crate::column::Values;
use crate::schema::ColumnType;

/// The seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// What a text is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextOf {
    /// A decimal number with so many digits behind its point.
    Decimal(i8),
    /// Bytes, in base64.
    Base64,
    Date,
    Timestamp(Precision),
    Time(Precision),
    Duration(Precision),
    /// Digits.
    Integer,
}

/// A value that no text is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoText {
    /// Not between midnight and midnight.
    #[error("the value is no time of day, which is less than 24 hours: cast the column to a duration")]
    Time,
    /// No plan lets it through.
    #[error("the value has no text: cast the column to String")]
    Type,
}

impl TextOf {
    /// The text of a type's values, if it is one that is made here.
    pub(super) fn values_of(ty: &ColumnType) -> Option<Self> {
        Some(match ty {
            ColumnType::Decimal { scale } => Self::Decimal(*scale),
            ColumnType::Binary => Self::Base64,
            ColumnType::Date => Self::Date,
            ColumnType::Timestamp(unit, _) => Self::Timestamp(*unit),
            ColumnType::Time(unit) => Self::Time(*unit),
            ColumnType::Duration(unit) => Self::Duration(*unit),
            ColumnType::Integer(_) | ColumnType::Unsigned(_) => Self::Integer,
            _ => return None,
        })
    }

    /// Writes the text of the value at a place into `text`, instead of what stands there.
    pub(super) fn write(self, values: &Values<'_>, at: usize, text: &mut String) -> Result<(), NoText> {
        text.clear();
        match (self, values) {
            (Self::Decimal(scale), Values::Digits(digits)) => {
                let (sign, size) = match digits[at].strip_prefix('-') {
                    Some(size) => ("-", size),
                    None => ("", &*digits[at]),
                };
                decimal(sign, size, scale, text);
                return Ok(());
            }
            (Self::Base64, Values::Bytes(bytes)) => {
                STANDARD.encode_string(bytes.get(at), text);
                return Ok(());
            }
            _ => {}
        }
        let integer = Integer::at(values, at).ok_or(NoText::Type)?;
        match self {
            Self::Decimal(scale) => {
                let sign = if integer.negative { "-" } else { "" };
                decimal(sign, integer.size, scale, text);
            }
            Self::Integer => append(text, integer),
            Self::Duration(unit) => append(text, format_args!("{integer}{}", unit.as_str())),
            Self::Date => {
                let days = integer.to_i64().ok_or(NoText::Type)?;
                append(text, Epoch::from_parts(days.saturating_mul(DAY), 0));
                text.truncate(text.find('T').unwrap_or_default());
            }
            Self::Timestamp(unit) => {
                append(text, Epoch::from_ticks(integer.to_i64().ok_or(NoText::Type)?, unit));
            }
            Self::Time(unit) => {
                let time = Epoch::from_ticks(integer.to_i64().ok_or(NoText::Type)?, unit);
                if !(0..DAY).contains(&time.parts().0) {
                    return Err(NoText::Time);
                }
                append(text, time);
                text.drain(..=text.find('T').unwrap_or_default());
                text.pop();
            }
            Self::Base64 => return Err(NoText::Type),
        }
        Ok(())
    }
}

/// Writes a decimal number by its digits, of which so many stand behind the point.
fn decimal(sign: &str, size: impl fmt::Display, scale: i8, text: &mut String) {
    append(text, size);
    let behind = usize::from(scale.unsigned_abs());
    if scale > 0 {
        // one digit stands before the point
        let zeros = (behind + 1).saturating_sub(text.len());
        text.insert_str(0, &ZEROS[..zeros]);
        text.insert(text.len() - behind, '.');
    } else if text != "0" {
        text.push_str(&ZEROS[..behind]);
    }
    text.insert_str(0, sign);
}

/// As many as a scale may ask for, and the one before the point.
const ZEROS: &str = {
    const BYTES: [u8; 129] = [b'0'; 129];
    match std::str::from_utf8(&BYTES) {
        Ok(zeros) => zeros,
        Err(_) => "",
    }
};

fn append(text: &mut String, value: impl fmt::Display) {
    // a `String` takes all
    let _ = write!(text, "{value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(of: TextOf, values: Values<'_>) -> Result<String, NoText> {
        let mut text = "what stood there".to_owned();
        of.write(&values, 0, &mut text).map(|()| text)
    }

    #[test]
    fn decimals_have_all_their_digits() {
        let table = [
            (1_250, 2, "12.50"),
            (-1_250, 2, "-12.50"),
            (5, 3, "0.005"),
            (-5, 3, "-0.005"),
            (0, 2, "0.00"),
            (7, 0, "7"),
            (-7, -3, "-7000"),
            (0, -3, "0"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
            (1, 127, &format!("0.{}1", "0".repeat(126))),
            (1, -128, &format!("1{}", "0".repeat(128))),
        ];
        for (value, scale, expected) in table {
            assert_eq!(text(TextOf::Decimal(scale), Values::I128(&[value])).unwrap(), expected);
            let digits = Values::Digits(vec![value.to_string().into()]);
            assert_eq!(text(TextOf::Decimal(scale), digits).unwrap(), expected);
        }
    }

    #[test]
    fn times_are_as_rfc_3339_writes_them() {
        use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
        let table = [
            (TextOf::Date, 19_844, "2024-05-01"),
            (TextOf::Date, -1, "1969-12-31"),
            (TextOf::Timestamp(Milliseconds), 1_714_564_800_500, "2024-05-01T12:00:00.5Z"),
            (TextOf::Timestamp(Seconds), -1, "1969-12-31T23:59:59Z"),
            (TextOf::Time(Nanoseconds), 43_200_500_000_001, "12:00:00.500000001"),
            (TextOf::Time(Seconds), 0, "00:00:00"),
            (TextOf::Time(Microseconds), 86_399_999_999, "23:59:59.999999"),
            (TextOf::Duration(Milliseconds), 1_500, "1500ms"),
            (TextOf::Duration(Nanoseconds), -1, "-1ns"),
            (TextOf::Integer, i64::MIN, "-9223372036854775808"),
        ];
        for (of, value, expected) in table {
            assert_eq!(text(of, Values::I64(&[value])).unwrap(), expected);
        }
        for value in [-1, DAY] {
            assert_eq!(text(TextOf::Time(Seconds), Values::I64(&[value])), Err(NoText::Time));
        }
        assert_eq!(text(TextOf::Date, Values::F64(&[1.0])), Err(NoText::Type));
    }
}

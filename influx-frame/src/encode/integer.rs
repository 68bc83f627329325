//! Integers of every width as one type, for what is too rare to have code of its own for each.

use std::fmt;

use crate::column::Values;

/// An integer of at most 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer {
    pub(super) negative: bool,
    pub(super) size: u128,
}

/// The digits of a double's fraction, in bits.
const DOUBLE: u32 = f64::MANTISSA_DIGITS;

impl Integer {
    /// The one at a place, which must be one of a value; `None`: these are no integers.
    pub(super) fn at(values: &Values<'_>, at: usize) -> Option<Self> {
        Some(match values {
            Values::I8(values) => i128::from(values[at]).into(),
            Values::I16(values) => i128::from(values[at]).into(),
            Values::I32(values) => i128::from(values[at]).into(),
            Values::I64(values) => i128::from(values[at]).into(),
            Values::I128(values) => values[at].into(),
            Values::U8(values) => u128::from(values[at]).into(),
            Values::U16(values) => u128::from(values[at]).into(),
            Values::U32(values) => u128::from(values[at]).into(),
            Values::U64(values) => u128::from(values[at]).into(),
            Values::U128(values) => values[at].into(),
            _ => return None,
        })
    }

    pub(super) fn to_i64(self) -> Option<i64> {
        match self.negative {
            true => 0i64.checked_sub_unsigned(u64::try_from(self.size).ok()?),
            false => i64::try_from(self.size).ok(),
        }
    }

    pub(super) fn to_u64(self) -> Option<u64> {
        u64::try_from(self.size).ok().filter(|_| !self.negative)
    }

    /// The double that is the same number, if one is.
    pub(super) fn to_f64(self) -> Option<f64> {
        let bits = u128::BITS - self.size.leading_zeros();
        let exact = bits.saturating_sub(self.size.trailing_zeros()) <= DOUBLE;
        exact.then_some(if self.negative { -(self.size as f64) } else { self.size as f64 })
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Self {
        Self { negative: value < 0, size: value.unsigned_abs() }
    }
}

impl From<u128> for Integer {
    fn from(size: u128) -> Self {
        Self { negative: false, size }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negative { "-" } else { "" })?;
        self.size.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_converted_only_if_they_stay_the_same() {
        let large = 1i128 << 53;
        type Case = (Integer, Option<i64>, Option<u64>, Option<f64>);
        let table: [Case; 11] = [
            (0i128.into(), Some(0), Some(0), Some(0.0)),
            ((-1i128).into(), Some(-1), None, Some(-1.0)),
            (large.into(), Some(1 << 53), Some(1 << 53), Some(9_007_199_254_740_992.0)),
            ((large + 1).into(), Some((1 << 53) + 1), Some((1 << 53) + 1), None),
            ((-large - 1).into(), Some(-(1 << 53) - 1), None, None),
            (i128::from(i64::MAX).into(), Some(i64::MAX), Some(i64::MAX as u64), None),
            (i128::from(i64::MIN).into(), Some(i64::MIN), None, Some(i64::MIN as f64)),
            (u128::from(u64::MAX).into(), None, Some(u64::MAX), None),
            (i128::MIN.into(), None, None, Some(i128::MIN as f64)),
            (u128::MAX.into(), None, None, None),
            ((1u128 << 127).into(), None, None, Some(2f64.powi(127))),
        ];
        for (integer, signed, unsigned, double) in table {
            assert_eq!(integer.to_i64(), signed, "{integer}");
            assert_eq!(integer.to_u64(), unsigned, "{integer}");
            assert_eq!(integer.to_f64(), double, "{integer}");
        }
        assert_eq!(Integer::from(i128::MIN).to_string(), i128::MIN.to_string());
        assert_eq!(Integer::from(u128::MAX).to_string(), u128::MAX.to_string());
        assert_eq!(Integer::at(&Values::I8(&[-7]), 0), Some((-7i128).into()));
        assert_eq!(Integer::at(&Values::F64(&[1.0]), 0), None);
    }
}

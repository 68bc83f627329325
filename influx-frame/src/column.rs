//! What the libraries' columns have in common: values in a row, which of them are null, and perhaps keys in between.
//!
//! The values are borrowed, whole arrays of the libraries as they are; a column says which of their rows is its first.

mod places;
#[cfg(test)]
pub(crate) mod shown;

use std::borrow::Cow;
#[cfg(feature = "polars")]
use std::sync::Arc;

#[cfg(feature = "arrow")]
use arrow_array::{
    Array as _, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray, LargeStringArray,
    StringArray, StringViewArray,
};
#[cfg(feature = "polars")]
use polars::prelude::CategoricalMapping;
#[cfg(feature = "polars")]
use polars_arrow::array::{BinaryViewArray as PolarsBinary, Utf8ViewArray as PolarsText};

pub(crate) use self::places::{Places, is_set};

/// The values of a column, for the rows of a block.
#[derive(Debug, Clone)]
pub(crate) struct Column<'a> {
    pub(crate) values: Values<'a>,
    /// Which rows of the block have a value; `None`: all.
    pub(crate) valid: Option<Bits<'a>>,
    /// Where the value of each row stands, if not at the row itself: a dictionary's.
    pub(crate) keys: Option<Keys<'a>>,
    /// Which of a dictionary's values are no nulls; `None`: all.
    pub(crate) known: Option<Bits<'a>>,
    /// Where the block's first row stands: in `keys`, or without keys in `values`.
    pub(crate) start: usize,
}

/// Values as they are stored. What they mean is the column's type.
#[derive(Debug, Clone)]
pub(crate) enum Values<'a> {
    /// No values at all.
    Null,
    Boolean(Bits<'a>),
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    I128(&'a [i128]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    #[cfg_attr(not(feature = "polars"), allow(dead_code, reason = "Arrow has no such integers"))]
    U128(&'a [u128]),
    /// Floats of 16 bits are widened.
    F32(Cow<'a, [f32]>),
    F64(&'a [f64]),
    Text(Text<'a>),
    Bytes(Bytes<'a>),
    /// Decimals of more than 128 bits, by their digits.
    #[cfg_attr(not(feature = "arrow"), allow(dead_code, reason = "Polars has no such decimals"))]
    Digits(Vec<Box<str>>),
}

/// Bits in a row, the lowest of each byte first.
#[derive(Debug, Clone)]
pub(crate) struct Bits<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Where the first one stands.
    pub(crate) start: usize,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> bool {
        let at = self.start + index;
        self.bytes[at / 8] >> (at % 8) & 1 != 0
    }

    /// Those from a place on.
    pub(crate) fn skip(self, bits: usize) -> Self {
        Self { start: self.start + bits, ..self }
    }

    /// As many as are asked for, all of them 0.
    pub(crate) fn zeros(len: usize) -> Self {
        Self { bytes: Cow::Owned(vec![0; len.div_ceil(8)]), start: 0 }
    }

    /// Which of the first so many bits are 1 in all of these. Of none and of one of them, nothing is copied.
    pub(crate) fn all_of(mut all: impl Iterator<Item = Self>, len: usize) -> Option<Self> {
        let mut one = all.next()?;
        for other in all {
            let mut both = vec![0; len.div_ceil(8)];
            for at in (0..len).filter(|at| one.get(*at) && other.get(*at)) {
                both[at / 8] |= 1 << (at % 8);
            }
            one = Self { bytes: Cow::Owned(both), start: 0 };
        }
        Some(one)
    }
}

/// Where values stand: a dictionary's keys.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "arrow"), allow(dead_code, reason = "Polars has three kinds of them"))]
pub(crate) enum Keys<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
}

impl Keys<'_> {
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> usize {
        match self {
            Keys::U8(keys) => keys[row].into(),
            Keys::U16(keys) => keys[row].into(),
            Keys::U32(keys) => keys[row] as usize,
            Keys::U64(keys) => keys[row] as usize,
            Keys::I8(keys) => keys[row] as usize,
            Keys::I16(keys) => keys[row] as usize,
            Keys::I32(keys) => keys[row] as usize,
            Keys::I64(keys) => keys[row] as usize,
        }
    }
}

/// Texts, in the libraries' own arrays.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Text<'a> {
    #[cfg(feature = "arrow")]
    Utf8(&'a StringArray),
    #[cfg(feature = "arrow")]
    LargeUtf8(&'a LargeStringArray),
    #[cfg(feature = "arrow")]
    Utf8View(&'a StringViewArray),
    #[cfg(feature = "polars")]
    Polars(&'a PolarsText),
    /// Of categories and enums, by their number.
    #[cfg(feature = "polars")]
    Categories(&'a Arc<CategoricalMapping>),
    /// No library, no texts.
    #[cfg(not(any(feature = "polars", feature = "arrow")))]
    Of(&'a [&'a str]),
}

impl<'a> Text<'a> {
    /// The text at a place, which must be one of a value that is no null.
    #[inline(always)]
    pub(crate) fn get(&self, at: usize) -> &'a str {
        match *self {
            #[cfg(feature = "arrow")]
            Text::Utf8(array) => array.value(at),
            #[cfg(feature = "arrow")]
            Text::LargeUtf8(array) => array.value(at),
            #[cfg(feature = "arrow")]
            Text::Utf8View(array) => array.value(at),
            #[cfg(feature = "polars")]
            Text::Polars(array) => array.value(at),
            #[cfg(feature = "polars")]
            Text::Categories(mapping) => {
                u32::try_from(at).ok().and_then(|code| mapping.cat_to_str(code)).unwrap_or_default()
            }
            #[cfg(not(any(feature = "polars", feature = "arrow")))]
            Text::Of(texts) => texts[at],
        }
    }

    /// How many there are, at most.
    pub(crate) fn len(&self) -> usize {
        match *self {
            #[cfg(feature = "arrow")]
            Text::Utf8(array) => array.len(),
            #[cfg(feature = "arrow")]
            Text::LargeUtf8(array) => array.len(),
            #[cfg(feature = "arrow")]
            Text::Utf8View(array) => array.len(),
            #[cfg(feature = "polars")]
            Text::Polars(array) => array.len(),
            #[cfg(feature = "polars")]
            Text::Categories(mapping) => mapping.num_cats_upper_bound(),
            #[cfg(not(any(feature = "polars", feature = "arrow")))]
            Text::Of(texts) => texts.len(),
        }
    }
}

/// Bytes, in the libraries' own arrays.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bytes<'a> {
    #[cfg(feature = "arrow")]
    Binary(&'a BinaryArray),
    #[cfg(feature = "arrow")]
    LargeBinary(&'a LargeBinaryArray),
    #[cfg(feature = "arrow")]
    BinaryView(&'a BinaryViewArray),
    #[cfg(feature = "arrow")]
    FixedSize(&'a FixedSizeBinaryArray),
    #[cfg(feature = "polars")]
    Polars(&'a PolarsBinary),
    /// No library, no bytes.
    #[cfg(not(any(feature = "polars", feature = "arrow")))]
    Of(&'a [&'a [u8]]),
}

impl<'a> Bytes<'a> {
    /// The bytes at a place, which must be one of a value that is no null.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> &'a [u8] {
        match *self {
            #[cfg(feature = "arrow")]
            Bytes::Binary(array) => array.value(at),
            #[cfg(feature = "arrow")]
            Bytes::LargeBinary(array) => array.value(at),
            #[cfg(feature = "arrow")]
            Bytes::BinaryView(array) => array.value(at),
            #[cfg(feature = "arrow")]
            Bytes::FixedSize(array) => array.value(at),
            #[cfg(feature = "polars")]
            Bytes::Polars(array) => array.value(at),
            #[cfg(not(any(feature = "polars", feature = "arrow")))]
            Bytes::Of(bytes) => bytes[at],
        }
    }
}

impl<'a> Column<'a> {
    /// So many rows without a value.
    pub(crate) fn nulls(rows: usize) -> Self {
        Self { values: Values::Null, valid: Some(Bits::zeros(rows)), keys: None, known: None, start: 0 }
    }

    /// Where the value of a row of the block stands in [`values`](Self::values); `None`: it is null.
    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "rows that are no lines are a client's"))]
    pub(crate) fn place(&self, row: usize) -> Option<usize> {
        Places::new(self).of(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(bytes: &[u8]) -> Bits<'_> {
        Bits { bytes: Cow::Borrowed(bytes), start: 0 }
    }

    #[test]
    fn a_row_is_valid_where_it_and_all_above_it_are() {
        // the lowest bit is the first row's
        let cases: [(&[&[u8]], usize, &str); 5] = [
            (&[], 0, "all"),
            (&[&[0b1011_0101, 1]], 0, "1010 1101 1"),
            (&[&[0b1011_0101, 1]], 3, "0110 11"),
            (&[&[0b1011_0101, 1], &[0b0110_0111, 3]], 0, "1010 0100 1"),
            (&[&[0b1011_0101, 1], &[0b0110_0111, 3], &[0b1111_1110, 1]], 1, "0100 1001"),
        ];
        for (all, skipped, expected) in cases {
            let len = 9 - skipped;
            let valid = Bits::all_of(all.iter().map(|bytes| bits(bytes).skip(skipped)), len);
            let digits =
                |valid: &Bits<'_>| (0..len).map(|at| if valid.get(at) { '1' } else { '0' }).collect();
            let shown: String = valid.as_ref().map_or_else(|| "all".to_owned(), digits);
            assert_eq!(shown, expected.replace(' ', ""), "{all:?} from {skipped}");
        }
    }

    #[test]
    fn nulls_have_no_place() {
        let column = Column::nulls(9);
        assert!((0..9).all(|row| column.place(row).is_none()));
    }
}

//! Where the values of a block's rows stand.

use super::{Bits, Column, Keys, Values};

/// Where the value of each row stands, if it has one.
#[derive(Clone, Copy)]
pub(crate) struct Places<'a> {
    /// The bits of the rows that have one, and where the first stands; `None`: all have.
    valid: Option<(&'a [u8], usize)>,
    /// Where the first row stands: in the keys, or among the values.
    start: usize,
    /// A dictionary's.
    keys: Option<Keys<'a>>,
    /// Which of a dictionary's values are no nulls; `None`: all.
    known: Option<&'a Bits<'a>>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(column: &'a Column<'a>) -> Self {
        if let Values::Null = column.values {
            return Self::nowhere();
        }
        let valid = column.valid.as_ref().map(|valid| (&*valid.bytes, valid.start));
        Self { valid, start: column.start, keys: column.keys, known: column.known.as_ref() }
    }

    /// No row has a value.
    pub(crate) fn nowhere() -> Self {
        Self { valid: Some((&[], 0)), start: 0, keys: None, known: None }
    }

    /// The place of a row's value; `None`: it is null.
    #[inline(always)]
    pub(crate) fn of(&self, row: usize) -> Option<usize> {
        if self.valid.is_some_and(|valid| !is_set(valid, row)) {
            return None;
        }
        let at = self.start + row;
        let Some(keys) = &self.keys else { return Some(at) };
        let at = keys.get(at);
        match self.known {
            Some(known) if !known.get(at) => None,
            _ => Some(at),
        }
    }
}

/// Whether a row's bit is set, of bits of which the first row's stands at the number beside them. There is none beyond
/// their end.
#[inline(always)]
pub(crate) fn is_set((bits, first): (&[u8], usize), row: usize) -> bool {
    let at = first + row;
    bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 != 0)
}

//! Text that is ready to be stored in words: what keys and names are made of.

use std::fmt;

/// The size of the words that literals are stored in.
pub(super) const WORD: usize = 8;

/// A text, followed by as many bytes as fill its last word.
///
/// Storing it word by word may store beyond its end. The bytes there are zero, and whatever comes next in a line
/// overwrites them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Literal<'a> {
    padded: &'a [u8],
    len: usize,
}

/// A [`Literal`] that is made at run time.
#[derive(Clone)]
pub(super) struct OwnedLiteral {
    padded: Box<[u8]>,
    len: usize,
}

/// The length that a text has with its padding.
pub(super) const fn padded_len(len: usize) -> usize {
    len.next_multiple_of(WORD)
}

impl<'a> Literal<'a> {
    /// The text of the first `len` bytes, padded to whole words; `None` if they are no text, or not padded.
    pub(super) const fn new(padded: &'a [u8], len: usize) -> Option<Self> {
        if padded.len() != padded_len(len) || std::str::from_utf8(padded.split_at(len).0).is_err() {
            return None;
        }
        Some(Literal { padded, len })
    }

    /// The text with its padding: whole words.
    #[inline(always)]
    pub(super) const fn padded(self) -> &'a [u8] {
        self.padded
    }

    #[inline(always)]
    pub(super) const fn len(self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn as_str(self) -> &'a str {
        // invariant: `new` and `OwnedLiteral` take text only
        std::str::from_utf8(&self.padded[..self.len]).unwrap_or_default()
    }
}

impl OwnedLiteral {
    pub(super) fn new(text: &str) -> Self {
        let mut padded = Vec::with_capacity(padded_len(text.len()));
        padded.extend_from_slice(text.as_bytes());
        padded.resize(padded_len(text.len()), 0);
        OwnedLiteral { padded: padded.into_boxed_slice(), len: text.len() }
    }

    #[inline(always)]
    pub(super) fn as_literal(&self) -> Literal<'_> {
        Literal { padded: &self.padded, len: self.len }
    }
}

impl fmt::Debug for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Debug for OwnedLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_literal().fmt(f)
    }
}

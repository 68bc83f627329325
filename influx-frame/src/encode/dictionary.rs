//! Tags that are written for each text of a dictionary once, and copied for each row.

use std::cell::OnceCell;

#[cfg(feature = "polars")]
use std::sync::Arc;

#[cfg(feature = "arrow")]
use arrow_array::{Array as _, LargeStringArray, StringArray, StringViewArray};
use influx_core::__private::ready::ReadyTag;
use influx_core::EncodeError;
#[cfg(feature = "polars")]
use polars::prelude::CategoricalMapping;
#[cfg(feature = "polars")]
use polars_arrow::array::Utf8ViewArray as PolarsText;

use crate::column::{Column, Text, Values};

/// The tags of one key.
#[derive(Debug)]
pub(super) struct Dictionary {
    texts: Texts,
    /// By their places in the dictionary; those that no row has are not made.
    tags: Vec<OnceCell<Entry>>,
}

/// A tag with its value, if it can be written.
#[derive(Debug)]
pub(super) enum Entry {
    Tag(ReadyTag),
    Empty,
    Refused(EncodeError),
}

/// A dictionary's texts, held so that no other can take their place in memory.
#[derive(Debug)]
enum Texts {
    #[cfg(feature = "arrow")]
    Utf8(StringArray),
    #[cfg(feature = "arrow")]
    LargeUtf8(LargeStringArray),
    #[cfg(feature = "arrow")]
    Utf8View(StringViewArray),
    #[cfg(feature = "polars")]
    Polars(PolarsText),
    #[cfg(feature = "polars")]
    Categories(Arc<CategoricalMapping>),
    #[cfg(not(any(feature = "polars", feature = "arrow")))]
    Of,
}

/// A dictionary of so many texts is always worth it, and so is one that is there already.
const FEW: usize = 1_024;
/// One of more never is.
const MOST: usize = 65_536;

impl Dictionary {
    /// The dictionary of a column: `before`, if it is of the same texts, or a new one. `None`: the column has none, or one
    /// with far more texts than the frame has rows.
    pub(super) fn of(column: &Column<'_>, rows: usize, before: Option<Self>) -> Option<Self> {
        let (Values::Text(texts), Some(_)) = (&column.values, &column.keys) else { return None };
        let texts = *texts;
        let len = texts.len();
        let before = before.filter(|before| before.texts.are(texts));
        if len > MOST || before.is_none() && len > rows.max(FEW) {
            return None;
        }
        let mut dictionary = before.unwrap_or_else(|| Self { texts: Texts::of(texts), tags: Vec::new() });
        // categories may have been added
        if dictionary.tags.len() < len {
            dictionary.tags.resize_with(len, OnceCell::new);
        }
        Some(dictionary)
    }

    /// How many of its tags were made.
    #[cfg(test)]
    pub(super) fn made(&self) -> usize {
        self.tags.iter().filter(|tag| tag.get().is_some()).count()
    }

    /// The tag of the text at a place; `None`: it was added to the dictionary just now.
    #[inline(always)]
    pub(super) fn tag(&self, at: usize, key: &str, texts: Text<'_>) -> Option<&Entry> {
        let tag = self.tags.get(at)?;
        Some(match tag.get() {
            Some(entry) => entry,
            None => make(tag, key, texts.get(at)),
        })
    }
}

#[cold]
#[inline(never)]
fn make<'a>(tag: &'a OnceCell<Entry>, key: &str, text: &str) -> &'a Entry {
    tag.get_or_init(|| match ReadyTag::new(key, text) {
        Ok(Some(tag)) => Entry::Tag(tag),
        Ok(None) => Entry::Empty,
        Err(error) => Entry::Refused(error),
    })
}

impl Texts {
    fn of(texts: Text<'_>) -> Self {
        match texts {
            #[cfg(feature = "arrow")]
            Text::Utf8(texts) => Self::Utf8(texts.clone()),
            #[cfg(feature = "arrow")]
            Text::LargeUtf8(texts) => Self::LargeUtf8(texts.clone()),
            #[cfg(feature = "arrow")]
            Text::Utf8View(texts) => Self::Utf8View(texts.clone()),
            #[cfg(feature = "polars")]
            Text::Polars(texts) => Self::Polars(texts.clone()),
            #[cfg(feature = "polars")]
            Text::Categories(texts) => Self::Categories(Arc::clone(texts)),
            #[cfg(not(any(feature = "polars", feature = "arrow")))]
            Text::Of(_) => Self::Of,
        }
    }

    /// Whether they are these: in the same memory, which nobody writes to.
    fn are(&self, texts: Text<'_>) -> bool {
        match (self, texts) {
            #[cfg(feature = "arrow")]
            (Self::Utf8(own), Text::Utf8(texts)) => {
                std::ptr::eq(own.value_offsets(), texts.value_offsets())
                    && own.value_data().as_ptr() == texts.value_data().as_ptr()
            }
            #[cfg(feature = "arrow")]
            (Self::LargeUtf8(own), Text::LargeUtf8(texts)) => {
                std::ptr::eq(own.value_offsets(), texts.value_offsets())
                    && own.value_data().as_ptr() == texts.value_data().as_ptr()
            }
            #[cfg(feature = "arrow")]
            (Self::Utf8View(own), Text::Utf8View(texts)) => {
                let buffers = |array: &StringViewArray| {
                    array.data_buffers().iter().map(|buffer| buffer.as_ptr()).collect::<Vec<_>>()
                };
                own.len() == texts.len()
                    && own.views().inner().ptr_eq(texts.views().inner())
                    && buffers(own) == buffers(texts)
            }
            #[cfg(feature = "polars")]
            (Self::Polars(own), Text::Polars(texts)) => {
                std::ptr::eq(own.views().as_slice(), texts.views().as_slice())
                    && own
                        .data_buffers()
                        .iter()
                        .map(|buffer| buffer.as_ptr())
                        .eq(texts.data_buffers().iter().map(|buffer| buffer.as_ptr()))
            }
            #[cfg(feature = "polars")]
            (Self::Categories(own), Text::Categories(texts)) => Arc::ptr_eq(own, texts),
            #[allow(unreachable_patterns, reason = "with one library alone there may be no other")]
            _ => false,
        }
    }
}

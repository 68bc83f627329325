//! Where a record is encoded before anything is locked: a buffer of the thread.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::line::{EncodeOptions, LineBuffer, Precision};

/// So many kinds of buffers a thread keeps.
const KEPT: usize = 8;
/// A buffer that grew beyond this is not kept.
const LARGEST: usize = 1024 * 1024;

thread_local! {
    /// Boxed: a buffer is large, and is taken out and put back for each record.
    static BUFFERS: RefCell<Vec<(u64, Box<LineBuffer>)>> = const { RefCell::new(Vec::new()) };
}

/// How the records of a destination are encoded, by a number that no other options have.
#[derive(Debug, Clone)]
pub(super) struct Encoding {
    id: u64,
    options: EncodeOptions,
}

impl Encoding {
    pub(super) fn new(options: EncodeOptions) -> Self {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let precision = options.unit();
        let id = IDS.fetch_add(PRECISIONS, Ordering::Relaxed);
        Self { id, options }.with_precision(precision)
    }

    /// The same options with another precision.
    pub(super) fn with_precision(&self, precision: Precision) -> Self {
        let options = self.options.clone().precision(precision);
        Self { id: self.id - self.id % PRECISIONS + precision as u64, options }
    }

    pub(super) fn precision(&self) -> Precision {
        self.options.unit()
    }

    /// Whether ready lines are to be encoded anew, for default tags, an order of tags, or their times.
    pub(super) fn changes(&self, lines: &LineBuffer) -> bool {
        self.options.changes_lines(lines.all_stamped())
    }

    /// Lends an empty buffer of this thread. It is taken out while in use, so that a record whose encoding
    /// writes another one gets a buffer of its own.
    #[inline]
    pub(super) fn scratch<T>(&self, work: impl FnOnce(&mut LineBuffer) -> T) -> T {
        let kept = BUFFERS.with_borrow_mut(|kept| {
            let at = kept.iter().position(|(id, _)| *id == self.id)?;
            Some(kept.swap_remove(at))
        });
        let (_, mut lines) =
            kept.unwrap_or_else(|| (self.id, Box::new(LineBuffer::with_options(self.options.clone()))));
        let result = work(&mut lines);
        if lines.as_bytes().len() <= LARGEST {
            lines.clear();
            BUFFERS.with_borrow_mut(|kept| {
                if kept.len() == KEPT {
                    kept.remove(0);
                }
                kept.push((self.id, lines));
            });
        }
        result
    }
}

/// Room for the numbers of the four units.
const PRECISIONS: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_in_use_is_not_lent_again() {
        let encoding = Encoding::new(EncodeOptions::new());
        encoding.scratch(|outer| {
            outer.push_raw("m v=1").unwrap();
            encoding.scratch(|inner| assert!(inner.is_empty()));
            assert_eq!(outer.lines(), 1);
        });
        encoding.scratch(|lines| assert!(lines.is_empty()));
    }

    #[test]
    fn each_precision_has_buffers_of_its_own() {
        let encoding = Encoding::new(EncodeOptions::new());
        let seconds = encoding.with_precision(Precision::Seconds);
        encoding.scratch(|lines| assert_eq!(lines.precision(), Precision::Nanoseconds));
        seconds.scratch(|lines| assert_eq!(lines.precision(), Precision::Seconds));
        let back = seconds.with_precision(Precision::Nanoseconds);
        assert_eq!(back.id, encoding.id);
    }
}

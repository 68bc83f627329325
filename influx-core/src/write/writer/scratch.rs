//! Where a record is encoded before anything is locked: a buffer of the thread.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::line::{EncodeOptions, LineBuffer, Precision};

/// So many kinds of buffers a thread keeps besides the last.
const KEPT: usize = 8;
/// A buffer that grew beyond this is not kept.
const LARGEST: usize = 1024 * 1024;
/// After so many records a buffer looks anew for fields that are short decimals.
const RELEARN: u32 = 4096;

/// A buffer between two records; kept in a box, since it is taken out and put back for each of them.
struct Kept {
    /// The number of its options.
    id: u64,
    uses: u32,
    lines: LineBuffer,
}

thread_local! {
    /// The one that was used last: nearly always the one that is wanted.
    static LAST: Cell<Option<Box<Kept>>> = const { Cell::new(None) };
    #[allow(clippy::vec_box, reason = "they come from and go to the place of the last, in their box")]
    static OTHERS: RefCell<Vec<Box<Kept>>> = const { RefCell::new(Vec::new()) };
}

/// How the records of a destination are encoded, by a number that no other options have.
#[derive(Debug)]
pub(super) struct Encoding {
    id: u64,
    options: EncodeOptions,
    /// The fields that were left out because their number has no text.
    skipped: AtomicU64,
}

impl Encoding {
    pub(super) fn new(options: EncodeOptions) -> Self {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let precision = options.unit();
        let id = IDS.fetch_add(PRECISIONS, Ordering::Relaxed);
        Self { id, options, skipped: AtomicU64::new(0) }.with_precision(precision)
    }

    /// The same options with another precision, and a count of their own.
    pub(super) fn with_precision(&self, precision: Precision) -> Self {
        let options = self.options.clone().precision(precision);
        let id = self.id - self.id % PRECISIONS + precision as u64;
        Self { id, options, skipped: AtomicU64::new(0) }
    }

    pub(super) fn precision(&self) -> Precision {
        self.options.unit()
    }

    /// Counts fields that were left out.
    #[inline]
    pub(super) fn skips(&self, fields: u64) {
        if fields > 0 {
            self.skipped.fetch_add(fields, Ordering::Relaxed);
        }
    }

    /// An empty buffer of these options.
    pub(super) fn buffer(&self) -> LineBuffer {
        LineBuffer::with_options(self.options.clone())
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Whether ready lines are to be encoded anew, for default tags, an order of tags, or their times.
    pub(super) fn changes(&self, lines: &LineBuffer) -> bool {
        self.options.changes_lines(lines)
    }

    /// Lends an empty buffer of this thread. It is taken out while in use, so that a record whose encoding
    /// writes another one gets a buffer of its own.
    #[inline]
    pub(super) fn scratch<T>(&self, work: impl FnOnce(&mut LineBuffer) -> T) -> T {
        // A thread that ends has no buffers any more, but its last values may still write.
        let mut kept = match LAST.try_with(Cell::take).ok().flatten() {
            Some(kept) if kept.id == self.id => kept,
            other => self.another(other),
        };
        let result = work(&mut kept.lines);
        self.skips(kept.lines.skipped_non_finite());
        if kept.lines.as_bytes().len() <= LARGEST {
            kept.uses = kept.uses.wrapping_add(1);
            match kept.uses % RELEARN {
                0 => kept.lines.clear(),
                _ => kept.lines.rewind(),
            }
            if let Ok(Some(other)) = LAST.try_with(|last| last.replace(Some(kept))) {
                keep(other);
            }
        }
        result
    }

    /// A buffer for these options, which are not those of the `last` one.
    #[cold]
    fn another(&self, last: Option<Box<Kept>>) -> Box<Kept> {
        if let Some(last) = last {
            keep(last);
        }
        let find = |others: &RefCell<Vec<Box<Kept>>>| {
            let mut others = others.borrow_mut();
            let at = others.iter().position(|kept| kept.id == self.id)?;
            Some(others.swap_remove(at))
        };
        let found = OTHERS.try_with(find).ok().flatten();
        found.unwrap_or_else(|| Box::new(Kept { id: self.id, uses: 0, lines: self.buffer() }))
    }
}

/// Keeps a buffer that is not the last.
#[cold]
fn keep(kept: Box<Kept>) {
    // Without a place for it, it is dropped.
    let _ = OTHERS.try_with(|others| {
        let mut others = others.borrow_mut();
        if others.len() == KEPT {
            others.remove(0);
        }
        others.push(kept);
    });
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
    fn buffers_of_other_options_are_kept_up_to_a_number() {
        let all: Vec<_> = (0..20).map(|_| Encoding::new(EncodeOptions::new())).collect();
        for encoding in all.iter().chain(&all) {
            encoding.scratch(|lines| {
                assert!(lines.is_empty());
                lines.push_raw("m v=1").unwrap();
            });
        }
        assert_eq!(OTHERS.with_borrow(Vec::len), KEPT);
    }

    #[test]
    fn values_that_end_with_their_thread_may_write() {
        struct Last(Encoding);
        impl Drop for Last {
            fn drop(&mut self) {
                self.0.scratch(|lines| lines.push_raw("m v=1").map(drop)).unwrap();
            }
        }
        thread_local! {
            static LATE: RefCell<Option<Last>> = const { RefCell::new(None) };
        }
        let thread = std::thread::spawn(|| {
            let encoding = Encoding::new(EncodeOptions::new());
            LATE.set(Some(Last(encoding.with_precision(Precision::Nanoseconds))));
            encoding.scratch(|lines| assert!(lines.is_empty()));
        });
        thread.join().unwrap();
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

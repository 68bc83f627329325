//! What every producer ends in, and the pieces of it that are sent.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::Destination;
use crate::line::{LineBuffer, Precision};

/// Sealed lines for one destination; they never change again, so that each attempt sends the same bytes.
pub(crate) struct Batch {
    pub(crate) destination: Arc<Destination>,
    /// The unit of the lines' times.
    pub(crate) precision: Precision,
    /// Lines, each with its newline.
    pub(crate) body: Bytes,
    /// The offset behind each line's newline.
    pub(crate) ends: Vec<u32>,
    /// Whether every line has a time, so that writing it twice is the same as writing it once.
    pub(crate) repeatable: bool,
}

impl Batch {
    /// All lines of a buffer.
    pub(crate) fn new(to: Destination, lines: LineBuffer) -> Self {
        Self {
            destination: Arc::new(to),
            precision: lines.precision(),
            ends: lines.line_ends().to_vec(),
            repeatable: lines.all_stamped(),
            body: lines.into_bytes().into(),
        }
    }

    pub(crate) fn lines(&self) -> usize {
        self.ends.len()
    }

    /// The offsets of a line, with its newline.
    fn span(&self, line: u32) -> Range<usize> {
        let line = line as usize;
        let start = if line == 0 { 0 } else { self.ends[line - 1] as usize };
        start..self.ends[line] as usize
    }
}

/// Some lines of a batch, in their order: what one request carries.
///
/// It is cheap to clone and shares the bytes of its batch.
#[derive(Clone)]
pub struct Part {
    batch: Arc<Batch>,
    lines: Lines,
}

/// Which lines of a batch, by their index in it.
#[derive(Clone)]
enum Lines {
    Range(Range<u32>),
    /// Ascending.
    Picked(Arc<[u32]>),
}

impl Part {
    pub(crate) fn whole(batch: Arc<Batch>) -> Self {
        let lines = Lines::Range(0..u32::try_from(batch.lines()).unwrap_or(u32::MAX));
        Self { batch, lines }
    }

    /// Where the lines go.
    pub fn destination(&self) -> &Destination {
        &self.batch.destination
    }

    /// Where the lines go, to be kept.
    pub(super) fn shared_destination(&self) -> Arc<Destination> {
        Arc::clone(&self.batch.destination)
    }

    /// The unit of the lines' times.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.batch.precision
    }

    /// Whether every line of the batch has a time, so that writing it twice is the same as writing it once.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.batch.repeatable
    }

    /// How many lines there are; at least one.
    #[must_use]
    pub fn lines(&self) -> usize {
        match &self.lines {
            Lines::Range(range) => range.len(),
            Lines::Picked(picked) => picked.len(),
        }
    }

    /// The place in the batch of the line `index` of this part. `index` is below [`lines`](Self::lines).
    pub(crate) fn place(&self, index: usize) -> u32 {
        match &self.lines {
            Lines::Range(range) => range.start + index as u32,
            Lines::Picked(picked) => picked[index],
        }
    }

    /// The places in the batch of all lines, in runs.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Range<u32>> {
        let (range, picked) = match &self.lines {
            Lines::Range(range) => (Some(range.clone()), &[][..]),
            Lines::Picked(picked) => (None, &picked[..]),
        };
        let runs = picked.chunk_by(|place, next| place + 1 == *next);
        range.into_iter().chain(runs.map(|run| run[0]..run[0] + run.len() as u32))
    }

    /// The size of the lines in bytes, with their newlines.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.lines {
            Lines::Range(range) => self.slice(range).len(),
            Lines::Picked(picked) => picked.iter().map(|line| self.batch.span(*line).len()).sum(),
        }
    }

    /// A line without its newline; `None` from [`lines`](Self::lines) on.
    #[must_use]
    pub fn line(&self, index: usize) -> Option<&str> {
        if index >= self.lines() {
            return None;
        }
        let span = self.batch.span(self.place(index));
        std::str::from_utf8(&self.batch.body[span.start..span.end - 1]).ok()
    }

    /// A line without its newline, sharing the batch's bytes. `index` is below [`lines`](Self::lines).
    pub(crate) fn line_bytes(&self, index: usize) -> Bytes {
        let span = self.batch.span(self.place(index));
        self.batch.body.slice(span.start..span.end - 1)
    }

    /// All lines, each with its newline. A run of lines shares the batch's bytes, picked lines are copied together.
    #[must_use]
    pub fn body(&self) -> Bytes {
        match &self.lines {
            Lines::Range(range) => self.batch.body.slice(self.slice(range)),
            Lines::Picked(picked) => {
                let mut body = BytesMut::with_capacity(self.bytes());
                for line in picked.iter() {
                    body.extend_from_slice(&self.batch.body[self.batch.span(*line)]);
                }
                body.freeze()
            }
        }
    }

    fn slice(&self, range: &Range<u32>) -> Range<usize> {
        match range.end.checked_sub(1) {
            Some(last) if last >= range.start => {
                self.batch.span(range.start).start..self.batch.span(last).end
            }
            _ => 0..0,
        }
    }

    /// The lines of a range of indices in this part.
    pub(crate) fn range(&self, indices: Range<usize>) -> Self {
        let lines = match &self.lines {
            Lines::Range(range) => {
                Lines::Range(range.start + indices.start as u32..range.start + indices.end as u32)
            }
            Lines::Picked(picked) => Lines::Picked(picked[indices].into()),
        };
        Self { batch: Arc::clone(&self.batch), lines }
    }

    /// The lines of these indices, which ascend.
    pub(crate) fn pick(&self, indices: impl Iterator<Item = usize>) -> Self {
        let places = indices.map(|index| self.place(index)).collect();
        Self { batch: Arc::clone(&self.batch), lines: Lines::Picked(places) }
    }

    /// The first half and the rest, by lines. Call it with two lines or more.
    pub(crate) fn halves(&self) -> (Self, Self) {
        let middle = self.lines() / 2;
        (self.range(0..middle), self.range(middle..self.lines()))
    }

    /// The first part of about `bytes` bytes and the rest; neither is empty. Call it with two lines or more.
    pub(crate) fn cut_at(&self, bytes: usize) -> (Self, Self) {
        let mut size = 0;
        let fits = (0..self.lines())
            .take_while(|index| {
                size += self.batch.span(self.place(*index)).len();
                size <= bytes
            })
            .count();
        let at = fits.clamp(1, self.lines() - 1);
        (self.range(0..at), self.range(at..self.lines()))
    }
}

/// Prints how much there is, never the data.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("lines", &self.lines())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Prints how much there is, never the data.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("destination", self.destination())
            .field("lines", &self.lines())
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The lines of a text, none of which holds a newline.
    pub(in crate::write) fn part(text: &str) -> Part {
        lines(&text.lines().collect::<Vec<_>>())
    }

    pub(in crate::write) fn lines(lines: &[&str]) -> Part {
        let mut body = BytesMut::new();
        let mut ends = Vec::new();
        for line in lines {
            body.extend_from_slice(line.as_bytes());
            body.extend_from_slice(b"\n");
            ends.push(body.len() as u32);
        }
        Part::whole(Arc::new(Batch {
            destination: Arc::new("b".into()),
            precision: Precision::Nanoseconds,
            body: body.freeze(),
            ends,
            repeatable: true,
        }))
    }

    #[test]
    fn parts_of_parts_keep_their_places() {
        let whole = part("a\nbb\nccc\ndddd\n");
        assert_eq!((whole.lines(), whole.bytes(), whole.line(2), whole.line(4)), (4, 14, Some("ccc"), None));
        let (left, right) = whole.halves();
        assert_eq!((&left.body()[..], &right.body()[..]), (&b"a\nbb\n"[..], &b"ccc\ndddd\n"[..]));
        let picked = whole.pick([0, 2, 3].into_iter());
        assert_eq!((&picked.body()[..], picked.bytes(), picked.place(1)), (&b"a\nccc\ndddd\n"[..], 11, 2));
        assert_eq!(picked.range(1..3).line(0), Some("ccc"));
        assert_eq!(right.pick([1].into_iter()).place(0), 3);
        assert_eq!(picked.runs().collect::<Vec<_>>(), [0..1, 2..4]);
        assert_eq!((right.runs().next(), right.runs().count()), (Some(2..4), 1));
    }

    #[test]
    fn a_cut_by_bytes_leaves_neither_side_empty() {
        let whole = part("a\nbb\nccc\ndddd\n");
        let sizes = |bytes| {
            let (left, right) = whole.cut_at(bytes);
            (left.lines(), right.lines())
        };
        assert_eq!(
            (sizes(0), sizes(5), sizes(8), sizes(9), sizes(99)),
            ((1, 3), (2, 2), (2, 2), (3, 1), (3, 1))
        );
    }
}

//! A set of sequence numbers, as merged half-open ranges.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};

/// A set of sequence numbers. It is as large as it has holes, however many numbers are in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Adds the numbers of a range; those that are there already stay.
    pub(crate) fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut start, mut end) = (range.start, range.end);
        if let Some((before, its_end)) = self.at_or_before(start)
            && its_end >= start
        {
            (start, end) = (before, end.max(its_end));
        }
        while let Some((after, its_end)) = self.next((Bound::Excluded(start), Bound::Included(end))) {
            self.0.remove(&after);
            end = end.max(its_end);
        }
        self.0.insert(start, end);
    }

    /// Whether all numbers of a range are in it.
    pub(crate) fn contains(&self, range: &Range<u64>) -> bool {
        self.first_missing(range).is_none()
    }

    /// The first numbers of a range that are not in it, up to the next one that is.
    pub(crate) fn first_missing(&self, within: &Range<u64>) -> Option<Range<u64>> {
        let start = match self.at_or_before(within.start) {
            Some((_, end)) => end.max(within.start),
            None => within.start,
        };
        let next = self.next((Bound::Included(start), Bound::Unbounded));
        let end = next.map_or(within.end, |(next, _)| next.min(within.end));
        (start < end).then_some(start..end)
    }

    /// The numbers of a range that are not in it.
    pub(crate) fn missing(&self, within: Range<u64>) -> Self {
        let mut missing = Self::default();
        let mut rest = within;
        while let Some(piece) = self.first_missing(&rest) {
            rest.start = piece.end;
            missing.0.insert(piece.start, piece.end);
        }
        missing
    }

    /// The numbers of a range that are in it.
    pub(crate) fn within(&self, range: &Range<u64>) -> Self {
        let first = self.at_or_before(range.start).map_or(range.start, |(start, _)| start);
        let met = self.0.range(first..range.end.max(first));
        let parts = met.map(|(start, end)| (*start.max(&range.start), *end.min(&range.end)));
        Self(parts.filter(|(start, end)| start < end).collect())
    }

    /// How many numbers are in it.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(|(start, end)| end - start).sum()
    }

    /// The lowest number.
    pub(crate) fn first(&self) -> Option<u64> {
        self.0.first_key_value().map(|(start, _)| *start)
    }

    /// Behind the highest number; 0 when there is none.
    pub(crate) fn end(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(_, end)| *end)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, ascending; none touches the next.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Range<u64>> {
        self.0.iter().map(|(start, end)| *start..*end)
    }

    /// The range that starts last of those that start at `seq` or before.
    fn at_or_before(&self, seq: u64) -> Option<(u64, u64)> {
        self.0.range(..=seq).next_back().map(|(start, end)| (*start, *end))
    }

    fn next(&self, within: (Bound<u64>, Bound<u64>)) -> Option<(u64, u64)> {
        self.0.range(within).next().map(|(start, end)| (*start, *end))
    }
}

impl FromIterator<Range<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range<u64>>>(ranges: I) -> Self {
        let mut all = Self::default();
        ranges.into_iter().for_each(|range| all.insert(range));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs = &'static [(u64, u64)];

    fn pairs(ranges: &Ranges) -> Vec<(u64, u64)> {
        ranges.iter().map(|range| (range.start, range.end)).collect()
    }

    fn ranges(of: Pairs) -> Ranges {
        of.iter().map(|(start, end)| *start..*end).collect()
    }

    #[test]
    fn ranges_that_touch_or_overlap_become_one() {
        let cases: [(Pairs, Pairs); 8] = [
            (&[(0, 2), (2, 4)], &[(0, 4)]),
            (&[(2, 4), (0, 2)], &[(0, 4)]),
            (&[(0, 2), (3, 4)], &[(0, 2), (3, 4)]),
            (&[(0, 2), (3, 4), (2, 3)], &[(0, 4)]),
            (&[(1, 2), (3, 4), (5, 6), (0, 9)], &[(0, 9)]),
            (&[(0, 9), (3, 4)], &[(0, 9)]),
            (&[(0, 4), (6, 8), (3, 7)], &[(0, 8)]),
            (&[(4, 4), (u64::MAX - 1, u64::MAX)], &[(u64::MAX - 1, u64::MAX)]),
        ];
        for (inserted, expected) in cases {
            assert_eq!(pairs(&ranges(inserted)), expected, "{inserted:?}");
        }
    }

    #[test]
    fn what_is_missing_is_exact() {
        let set = ranges(&[(2, 4), (6, 8)]);
        let cases: [(Range<u64>, Pairs); 7] = [
            (0..10, &[(0, 2), (4, 6), (8, 10)]),
            (2..4, &[]),
            (3..7, &[(4, 6)]),
            (4..6, &[(4, 6)]),
            (5..5, &[]),
            (7..9, &[(8, 9)]),
            (8..u64::MAX, &[(8, u64::MAX)]),
        ];
        for (within, expected) in cases {
            assert_eq!(pairs(&set.missing(within.clone())), expected, "{within:?}");
            assert_eq!(set.contains(&within), expected.is_empty(), "{within:?}");
        }
        assert_eq!((set.total(), set.first(), set.end()), (4, Some(2), 8));
        assert_eq!((Ranges::default().first(), Ranges::default().end()), (None, 0));
    }

    #[test]
    fn what_is_within_a_range_is_cut_at_its_ends() {
        let set = ranges(&[(2, 4), (6, 8)]);
        let cases: [(Range<u64>, Pairs); 8] = [
            (0..10, &[(2, 4), (6, 8)]),
            (2..4, &[(2, 4)]),
            (3..7, &[(3, 4), (6, 7)]),
            (4..6, &[]),
            (3..3, &[]),
            (0..2, &[]),
            (7..u64::MAX, &[(7, 8)]),
            (9..u64::MAX, &[]),
        ];
        for (range, expected) in cases {
            assert_eq!(pairs(&set.within(&range)), expected, "{range:?}");
        }
    }

    #[test]
    fn it_agrees_with_a_set_of_numbers() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let (mut set, mut plain) = (Ranges::default(), [false; 40]);
            for _ in 0..random.usize(0..12) {
                let start = random.usize(0..40);
                let end = random.usize(start..=40);
                set.insert(start as u64..end as u64);
                plain[start..end].fill(true);
            }
            assert_eq!(set.total(), plain.iter().filter(|is| **is).count() as u64);
            let missing = set.missing(0..40);
            let start = random.u64(0..40);
            let range = start..random.u64(start..=40);
            assert_eq!(set.within(&range), set.missing(range.clone()).missing(range));
            for (seq, is) in (0..).zip(plain) {
                assert_eq!((set.contains(&(seq..seq + 1)), missing.contains(&(seq..seq + 1))), (is, !is));
            }
        }
    }
}

//! How long single calls took: counts in classes of about 6 %, so that a run keeps no list of its calls.

/// Classes a power of two.
const FINE: u32 = 16;

/// Durations in nanoseconds.
pub(crate) struct Histogram {
    counts: Vec<u64>,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; (64 * FINE) as usize] }
    }

    pub(crate) fn add(&mut self, nanos: u64) {
        self.counts[class(nanos)] += 1;
    }

    /// The upper end of the class in which that share of the calls ends.
    pub(crate) fn quantile(&self, share: f64) -> u64 {
        let wanted = (self.counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
        let mut passed = 0;
        let at = self.counts.iter().position(|count| {
            passed += count;
            passed >= wanted
        });
        end(at.unwrap_or(0))
    }

    /// The calls of each power of two that has any: where it ends, and how many they are.
    pub(crate) fn powers(&self) -> impl Iterator<Item = (u64, u64)> {
        let powers = self.counts.chunks(FINE as usize).enumerate();
        powers.filter_map(|(power, counts)| {
            let calls = counts.iter().sum();
            (calls > 0).then(|| (end((power + 1) * FINE as usize - 1), calls))
        })
    }
}

/// Below 16 ns every nanosecond is a class of its own; above, each power of two has 16.
fn class(nanos: u64) -> usize {
    let power = nanos.checked_ilog2().unwrap_or(0);
    match power.checked_sub(FINE.ilog2()) {
        None => nanos as usize,
        Some(shift) => ((shift + 1) * FINE) as usize + (nanos >> shift) as usize - FINE as usize,
    }
}

/// The largest duration of a class.
fn end(class: usize) -> u64 {
    let (power, fine) = (class as u64 / u64::from(FINE), class as u64 % u64::from(FINE));
    match power.checked_sub(1) {
        None => fine,
        Some(shift) => (((u64::from(FINE) + fine + 1) as u128) << shift) as u64 - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_ends_where_the_next_begins() {
        for nanos in (0..5_000).chain([1 << 20, (1 << 20) - 1, 123_456_789]) {
            let class = class(nanos);
            assert!(nanos <= end(class), "{nanos}");
            assert!(class == 0 || nanos > end(class - 1), "{nanos}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_calls() {
        let mut histogram = Histogram::new();
        (1..=1_000).for_each(|nanos| histogram.add(nanos));
        for (share, exact) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1_000.0)] {
            let found = histogram.quantile(share) as f64;
            assert!((exact..exact * 1.0625 + 1.0).contains(&found), "{share}: {found}");
        }
        assert_eq!(histogram.powers().map(|(_, calls)| calls).sum::<u64>(), 1_000);
    }
}

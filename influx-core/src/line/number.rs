//! Numbers as text, eight digits at a time in one register; the stores stand in `raw`.

/// The powers of two by which an eight-digit number is taken apart without a division: see [`Digits::of`].
const PER_10_000: (u64, u32) = (109_951_163, 40);
const PER_100: (u64, u32) = (10_486, 20);
const PER_10: (u64, u32) = (103, 10);

/// Eight decimal digits, the first in the lowest byte, each 0 to 9.
#[derive(Clone, Copy)]
pub(super) struct Digits(u64);

impl Digits {
    /// The digits of a number below 100,000,000.
    ///
    /// Halves the number three times, in all lanes at once: 8 digits → 2 × 4 → 4 × 2 → 8 × 1. Each quotient is
    /// a multiplication by a rounded-up reciprocal, exact for the range of its lane.
    #[inline(always)]
    pub(super) fn of(number: u32) -> Self {
        let number = u64::from(number);
        let high = (number * PER_10_000.0) >> PER_10_000.1;
        let fours = high | (number - high * 10_000) << 32;
        let high = ((fours * PER_100.0) >> PER_100.1) & 0x0000_007f_0000_007f;
        let twos = high | (fours - high * 100) << 16;
        let high = ((twos * PER_10.0) >> PER_10.1) & 0x000f_000f_000f_000f;
        Digits(high | (twos - high * 10) << 8)
    }

    /// All eight as text.
    #[inline(always)]
    pub(super) fn padded(self) -> [u8; 8] {
        (self.0 | ASCII).to_le_bytes()
    }

    /// The text without leading zeros, and its length; zero is one digit.
    #[inline(always)]
    pub(super) fn trimmed(self) -> ([u8; 8], usize) {
        let zeros = (self.0 | 1 << 56).trailing_zeros() & !7;
        (((self.0 | ASCII) >> zeros).to_le_bytes(), 8 - zeros as usize / 8)
    }
}

/// `'0'` in every byte.
const ASCII: u64 = 0x3030_3030_3030_3030;

/// A double that equals a whole number of hundredths below a million.
#[derive(Clone, Copy)]
pub(super) struct Hundredths {
    digits: Digits,
    negative: bool,
}

/// Finds whether `value` has at most two decimals.
///
/// The nearest whole number of hundredths either is the value, divided back, or the value needs more digits.
/// Division rounds correctly, so `n / 100 == value` says that `n / 100` reads back as `value`, and no text of
/// fewer digits does: below 2⁵³ two different decimals of up to 15 digits never read as one double.
#[inline(always)]
pub(super) fn hundredths(value: f64) -> Option<Hundredths> {
    let size = value.abs();
    // False for NaN, too.
    if size < 999_999.0 {
        let number = (size * 100.0 + 0.5) as u32;
        if f64::from(number) / 100.0 == size {
            return Some(Hundredths { digits: Digits::of(number), negative: value.is_sign_negative() });
        }
    }
    None
}

impl Hundredths {
    #[inline(always)]
    pub(super) fn negative(self) -> bool {
        self.negative
    }

    /// The digits before the point and their number, at least one.
    #[inline(always)]
    pub(super) fn whole(self) -> ([u8; 8], usize) {
        let zeros = ((self.digits.0 & 0xffff_ffff_ffff) | 1 << 40).trailing_zeros() & !7;
        (((self.digits.0 | ASCII) >> zeros).to_le_bytes(), 6 - zeros as usize / 8)
    }

    /// The point and the digits behind it, and how much of that counts: nothing, two or three bytes.
    #[inline(always)]
    pub(super) fn decimals(self) -> ([u8; 4], usize) {
        let pair = (self.digits.0 >> 48) as u32;
        let text = u32::from(b'.') | (pair | 0x3030) << 8;
        let len = if pair == 0 { 0 } else { 2 + usize::from(pair > 0xff) };
        (text.to_le_bytes(), len)
    }
}

/// Remembers the text of the last nanosecond timestamp's seconds: rows that follow each other share them.
#[derive(Debug, Clone)]
pub(super) struct TimeCache {
    seconds: u64,
    text: [u8; 10],
}

impl Default for TimeCache {
    fn default() -> Self {
        TimeCache { seconds: 0, text: *b"0000000000" }
    }
}

impl TimeCache {
    /// Splits a timestamp of 19 digits (nanoseconds between 2001 and 2262) into the text of its seconds and
    /// the rest.
    #[inline(always)]
    pub(super) fn split(&mut self, ticks: i64) -> Option<(&[u8; 10], u32)> {
        const E9: u64 = 1_000_000_000;
        if ticks < 1_000_000_000_000_000_000 {
            return None;
        }
        let (seconds, rest) = (ticks as u64 / E9, (ticks as u64 % E9) as u32);
        if seconds != self.seconds {
            self.fill(seconds);
        }
        Some((&self.text, rest))
    }

    #[inline(never)]
    fn fill(&mut self, seconds: u64) {
        let [.., tens, ones] = Digits::of((seconds / 100_000_000) as u32).padded();
        self.text[..2].copy_from_slice(&[tens, ones]);
        self.text[2..].copy_from_slice(&Digits::of((seconds % 100_000_000) as u32).padded());
        self.seconds = seconds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_std() {
        for number in (0..100_000_000).step_by(977).chain([1, 9, 10, 99, 100, 9_999, 10_000, 99_999_999]) {
            let (text, len) = Digits::of(number).trimmed();
            assert_eq!(text[..len], *number.to_string().as_bytes());
            assert_eq!(Digits::of(number).padded(), *format!("{number:08}").as_bytes());
        }
    }

    #[test]
    fn hundredths_print_as_the_shortest_digits() {
        for number in (0u32..99_999_900).step_by(1013).chain([0, 1, 9, 10, 99, 100, 101, 99_999_899]) {
            for value in [f64::from(number) / 100.0, -f64::from(number) / 100.0] {
                let found = hundredths(value).unwrap();
                let (whole, whole_len) = found.whole();
                let (decimals, decimals_len) = found.decimals();
                let mut text = String::from(if found.negative() { "-" } else { "" });
                text += std::str::from_utf8(&whole[..whole_len]).unwrap();
                text += std::str::from_utf8(&decimals[..decimals_len]).unwrap();
                assert_eq!(text, format!("{value}"));
            }
        }
    }

    #[test]
    fn other_doubles_are_no_hundredths() {
        for value in
            [0.001, 0.125, 1e-300, 1e6, 1e18, f64::MAX, f64::NAN, f64::INFINITY, 1.0 / 3.0, 0.1 + 0.2]
        {
            assert!(hundredths(value).is_none(), "{value}");
        }
    }

    #[test]
    fn the_time_cache_follows_the_seconds() {
        let mut cache = TimeCache::default();
        for ticks in
            [1_657_729_063_000_000_001, 1_657_729_063_999_999_999, 1_657_729_064_000_000_000, i64::MAX]
        {
            let (prefix, rest) = cache.split(ticks).unwrap();
            assert_eq!(format!("{}{rest:09}", std::str::from_utf8(prefix).unwrap()), ticks.to_string());
        }
        assert!(cache.split(999_999_999_999_999_999).is_none());
        assert!(cache.split(-1).is_none());
    }
}

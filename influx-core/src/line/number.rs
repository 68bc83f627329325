//! Numbers as text, by tables and eight digits at a time in one register; the stores stand in `raw`.

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
        let high = (number * 109_951_163) >> 40; // ÷ 10,000
        let fours = high | (number - high * 10_000) << 32;
        let high = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f; // ÷ 100
        let twos = high | (fours - high * 100) << 16;
        let high = ((twos * 103) >> 10) & 0x000f_000f_000f_000f; // ÷ 10
        Digits(high | (twos - high * 10) << 8)
    }

    /// All eight as text, in the order of memory.
    #[inline(always)]
    pub(super) fn padded(self) -> u64 {
        (self.0 | ASCII).to_le()
    }

    /// The text without leading zeros, in the order of memory, and its length; zero is one digit.
    #[inline(always)]
    pub(super) fn trimmed(self) -> (u64, usize) {
        let zeros = (self.0 | 1 << 56).trailing_zeros() & !7;
        (((self.0 | ASCII) >> zeros).to_le(), 8 - zeros as usize / 8)
    }
}

/// `'0'` in every byte.
const ASCII: u64 = 0x3030_3030_3030_3030;

// === Tables: three bytes of text, and in the fourth how many of them count ===
//
// The entries are integers of four bytes in the order of memory, as an array of bytes would be copied one by one.

/// The numbers below 1000.
pub(super) static TRIMMED: [u32; 1000] = {
    let mut table = [0; 1000];
    let mut number = 0;
    while number < 1000 {
        let [hundreds, tens, ones] = three_digits(number);
        table[number] = u32::from_ne_bytes(match number {
            0..10 => [ones, 0, 0, 1],
            10..100 => [tens, ones, 0, 2],
            _ => [hundreds, tens, ones, 3],
        });
        number += 1;
    }
    table
};

/// The numbers below 1000 in three digits.
pub(super) static PADDED: [u32; 1000] = {
    let mut table = [0; 1000];
    let mut number = 0;
    while number < 1000 {
        let [hundreds, tens, ones] = three_digits(number);
        table[number] = u32::from_ne_bytes([hundreds, tens, ones, 3]);
        number += 1;
    }
    table
};

/// The hundredths behind a point, with it; nothing for none.
pub(super) static DECIMALS: [u32; 100] = {
    let mut table = [0; 100];
    let mut number = 1;
    while number < 100 {
        let [_, tenth, hundredth] = three_digits(number);
        let entry = if number % 10 == 0 { [b'.', tenth, 0, 2] } else { [b'.', tenth, hundredth, 3] };
        table[number] = u32::from_ne_bytes(entry);
        number += 1;
    }
    table
};

/// How many bytes of an entry count.
#[inline(always)]
pub(super) const fn entry_len(entry: u32) -> usize {
    let [.., len] = entry.to_ne_bytes();
    len as usize
}

const fn three_digits(number: usize) -> [u8; 3] {
    [b'0' + (number / 100) as u8, b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

/// `false` and `true` in the order of memory, and their lengths.
pub(super) static BOOLEANS: [(u64, usize); 2] =
    [(u64::from_ne_bytes(*b"false\0\0\0"), 5), (u64::from_ne_bytes(*b"true\0\0\0\0"), 4)];

// === Doubles ===

/// A double that equals a whole number of hundredths, below a million.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hundredths {
    pub(super) number: u32,
    pub(super) negative: bool,
}

/// Finds whether `value` has at most two decimals.
///
/// The nearest whole number of hundredths either is the value, divided back, or the value needs more digits.
/// Division rounds correctly, so `n / 100 == value` says that `n / 100` reads back as `value`, and no text of
/// fewer digits does: below 2⁵³ two different decimals of up to 15 digits never read as one double.
#[inline(always)]
pub(super) fn hundredths(value: f64) -> Option<Hundredths> {
    /// Added to a double far smaller, it leaves the nearest integer in the lowest bits of the sum.
    const ROUNDS: f64 = 4_503_599_627_370_496.0; // 2⁵²
    // The x87 unit keeps more bits than a double has, and the sum would not be rounded.
    if cfg!(all(target_arch = "x86", not(target_feature = "sse2"))) {
        return None;
    }
    let size = value.abs();
    let sum = size * 100.0 + ROUNDS;
    // The first is false for NaN, too.
    if size < 999_999.0 && (sum - ROUNDS) / 100.0 == size {
        return Some(Hundredths { number: sum.to_bits() as u32, negative: value.is_sign_negative() });
    }
    None
}

/// Whether a double is surely finite and no whole number: most are, and need no second look at their text.
///
/// A whole number below 2⁴⁴ ends in eight zero bits; whatever is larger, and what is not finite, compares above.
#[inline(always)]
pub(super) fn has_decimals(value: f64) -> bool {
    let bits = value.to_bits();
    bits << 1 < (1023 + 44) << 53 && bits as u8 != 0
}

// === Times ===

/// Remembers the text of the last nanosecond timestamp's second: rows that follow each other share it.
#[derive(Debug, Clone)]
pub(super) struct TimeCache {
    /// The second's first nanosecond.
    start: i64,
    /// A space and the second's ten digits, padded.
    text: [u8; 16],
}

const SECOND: i64 = 1_000_000_000;

impl Default for TimeCache {
    fn default() -> Self {
        TimeCache { start: SECOND * SECOND, text: *b" 1000000000\0\0\0\0\0" }
    }
}

impl TimeCache {
    /// The nanoseconds behind the remembered second, after the second was made that of `nanos`; `None` if its
    /// number has not ten digits (it is before 2001), or the last of them are out of range.
    #[inline(always)]
    pub(super) fn rest(&mut self, nanos: i64) -> Option<u32> {
        let since = nanos.wrapping_sub(self.start) as u64;
        if since < SECOND as u64 { Some(since as u32) } else { self.renew(nanos) }
    }

    /// A space and the remembered second, as two words in the order of memory; eleven bytes
    /// of them count.
    #[inline(always)]
    pub(super) fn words(&self) -> (u64, u64) {
        let both = u128::from_ne_bytes(self.text).to_le();
        ((both as u64).to_le(), ((both >> 64) as u64).to_le())
    }

    #[inline(never)]
    fn renew(&mut self, nanos: i64) -> Option<u32> {
        let seconds = nanos.div_euclid(SECOND);
        if !(SECOND..i64::MAX / SECOND).contains(&seconds) {
            return None;
        }
        let [.., tens, ones] = Digits::of((seconds / 100_000_000) as u32).padded().to_ne_bytes();
        self.text[1..3].copy_from_slice(&[tens, ones]);
        self.text[3..11].copy_from_slice(&Digits::of((seconds % 100_000_000) as u32).padded().to_ne_bytes());
        self.start = seconds * SECOND;
        Some((nanos - self.start) as u32)
    }
}

// === Decimals, by their digits ===

/// Whether a text is a decimal number as all servers read it.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.strip_prefix('-').unwrap_or(text);
    match size.split_once('.') {
        None => digits(size),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
    }
}

/// A decimal number without the zeros at the end of its fraction.
pub(super) fn trimmed(decimal: &str) -> &str {
    match decimal.contains('.') {
        true => decimal.trim_end_matches('0').trim_end_matches('.'),
        false => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_std() {
        for number in (0..100_000_000).step_by(977).chain([1, 9, 10, 99, 100, 9_999, 10_000, 99_999_999]) {
            let (text, len) = Digits::of(number).trimmed();
            assert_eq!(text.to_ne_bytes()[..len], *number.to_string().as_bytes());
            assert_eq!(Digits::of(number).padded().to_ne_bytes(), *format!("{number:08}").as_bytes());
        }
    }

    #[test]
    fn tables_hold_text_and_length() {
        let text = |entry: u32| String::from_utf8(entry.to_ne_bytes()[..entry_len(entry)].to_vec()).unwrap();
        for number in 0..1000 {
            assert_eq!(text(TRIMMED[number]), number.to_string());
            assert_eq!(text(PADDED[number]), format!("{number:03}"));
        }
        for number in 0..100u8 {
            let decimals = (f64::from(number) / 100.0).to_string();
            assert_eq!(text(DECIMALS[usize::from(number)]), decimals[1..]);
        }
        for value in [false, true] {
            let (word, len) = BOOLEANS[usize::from(value)];
            assert_eq!(word.to_ne_bytes()[..len], *value.to_string().as_bytes());
        }
    }

    #[test]
    fn hundredths_are_found_exactly() {
        for number in (0u32..99_999_900).step_by(1013).chain([0, 1, 9, 10, 99, 100, 101, 99_999_899]) {
            for value in [f64::from(number) / 100.0, -f64::from(number) / 100.0] {
                let found = hundredths(value).unwrap();
                assert_eq!((found.number, found.negative), (number, value.is_sign_negative()));
            }
        }
        for value in
            [0.001, 0.125, 1e-300, 1e6, 1e18, f64::MAX, f64::NAN, f64::INFINITY, 1.0 / 3.0, 0.1 + 0.2]
        {
            assert!(hundredths(value).is_none(), "{value}");
        }
    }

    #[test]
    fn no_whole_or_infinite_number_seems_to_have_decimals() {
        let whole =
            (0..64).flat_map(|power| [2f64.powi(power), 2f64.powi(power) - 1.0, 3.0 * 2f64.powi(power)]);
        for value in whole.chain([0.0, f64::MAX, f64::NAN, f64::INFINITY]) {
            assert!(!has_decimals(value) && !has_decimals(-value), "{value}");
        }
        for value in [0.1, -0.1, 12.34, 1e-300, 1_234_567.891] {
            assert!(has_decimals(value), "{value}");
        }
    }

    #[test]
    fn decimals_are_digits_with_one_point() {
        for (text, short) in
            [("0", "0"), ("-1.50", "-1.5"), ("10", "10"), ("100.00", "100"), ("0.001", "0.001")]
        {
            assert!(is_decimal(text), "{text}");
            assert_eq!(trimmed(text), short);
        }
        for text in ["", "-", ".5", "5.", "1.2.3", "+1", "1e5", " 1", "NaN", "1,5", "٣"] {
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn the_time_cache_follows_the_seconds() {
        let mut cache = TimeCache::default();
        let last = i64::MAX / SECOND * SECOND;
        for nanos in
            [1_657_729_063_000_000_001, 1_657_729_063_999_999_999, 1_000_000_000_000_000_000, last - 1]
        {
            let rest = cache.rest(nanos).unwrap();
            let text = String::from_utf8(cache.text[..11].to_vec()).unwrap();
            assert_eq!(format!("{text}{rest:09}"), format!(" {nanos}"));
        }
        for nanos in [999_999_999_999_999_999, 0, -1, i64::MIN, i64::MAX, last] {
            assert!(cache.rest(nanos).is_none(), "{nanos}");
        }
    }
}

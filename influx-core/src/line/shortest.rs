//! Doubles of everyday size by their shortest digits, in far fewer steps than any double needs.
//!
//! The way is that of the crate `zmij`, by Victor Zverovich and David Tolnay. What is left out is what numbers from 1 to
//! below 2²⁶ never need: the low half of a power of ten, exponents, zeros before or behind the digits. And the text is put together in
//! registers: nothing that was stored is moved, so that the next number need not wait for it.

use super::raw;

/// A double as text, in three parts: the bytes of each in the order of memory, and those beyond it overwritten by the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shortest {
    pub(super) negative: bool,
    /// The digits before the point, and how many there are: at most eight.
    pub(super) whole: u64,
    pub(super) point: usize,
    /// The digits behind it, but for the seventeenth.
    pub(super) fraction: u128,
    /// The last one, if so many digits are needed, and where it stands behind the sign.
    pub(super) last: u8,
    pub(super) last_at: usize,
    /// The length behind the sign.
    pub(super) len: usize,
}

/// What numbers have in common that have the same exponent.
#[derive(Clone, Copy)]
struct Scale {
    /// The power of ten that leaves 15 or 16 digits before the point: its highest bits, which are all that it has.
    power: u64,
    /// By which a significand is shifted, so that its product with the power has the point at bit 70.
    shift: u32,
    /// How many digits stand before the point, if there are 15 in all.
    point: usize,
}

/// By the exponents from 0 on.
static SCALES: [Scale; 26] = {
    let mut scales = [Scale { power: 0, shift: 0, point: 0 }; 26];
    let mut exponent = 0;
    while exponent < scales.len() {
        let binary = exponent as i32 - 52;
        let decimal = (binary * 315_653) >> 20; // the logarithm of two, exact for these
        let power = 10u64.pow((-decimal - 1) as u32);
        let zeros = power.leading_zeros();
        scales[exponent] = Scale {
            power: power << zeros,
            shift: (70 + binary - zeros as i32) as u32,
            point: (decimal + 16) as usize,
        };
        exponent += 1;
    }
    scales
};

/// Bits of a double's significand that are stored.
const STORED: u32 = 52;

impl Shortest {
    /// Of a double that [has decimals](super::number::has_decimals); `None`: it is too small or too large.
    #[inline(always)]
    pub(super) fn of(value: f64) -> Option<Self> {
        let bits = value.to_bits();
        let exponent = ((bits << 1) >> (STORED + 1)).wrapping_sub(1023);
        let Scale { power, shift, point } = *SCALES.get(exponent as usize)?;
        let significand = (bits & ((1 << STORED) - 1)) | (1 << STORED);
        // The number with 15 or 16 digits before the point, and 64 bits behind it.
        let scaled = u128::from(power) * u128::from(significand << shift);
        let (high, low) = ((scaled >> 64) as u64, scaled as u64);
        let behind = (high << 58) | (low >> 6);
        // Whatever is nearer than half the distance to the next double reads back as this one; if its significand is
        // even, what is just as near does, too.
        let half = (power >> (7 - shift)) + (1 - (significand & 1));
        let (up, down) = (behind.overflowing_add(half).1, half > behind);
        let digits = (high >> 6) + u64::from(up);
        // One digit more, rounded; of what lies in the middle, the even one.
        let last = ((u128::from(behind) * 10 + ((1 << 63) + 6)) >> 64) as u8 - u8::from(behind == 1 << 62);
        let sixteen = usize::from(digits >= 1_000_000_000_000_000);
        let (text, count) = raw::sixteen_digits((digits / 100_000_000) as u32, (digits % 100_000_000) as u32);
        let (text, point) = (text >> (8 * (1 - sixteen)), point + sixteen);
        // By a mask: a branch would be mispredicted as often as the length changes.
        let more = 0usize.wrapping_sub(usize::from(!(up | down)));
        Some(Shortest {
            negative: value.is_sign_negative(),
            whole: (text as u64).to_le(),
            point,
            fraction: (text >> (8 * point)).to_le(),
            last: b'0' + last,
            last_at: 16 + sixteen,
            len: sixteen + (count & !more | 17 & more),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::line::{LineBuffer, Point, number};

    /// Compares with zmij, in a line.
    fn check(buffer: &mut LineBuffer, value: f64) {
        buffer.clear();
        buffer.push(&Point::new("m").field("f", value)).unwrap();
        let text = buffer.as_str().trim_end().strip_prefix("m f=").unwrap();
        let mut other = zmij::Buffer::new();
        let other = other.format_finite(value);
        assert_eq!(text, other.strip_suffix(".0").unwrap_or(other));
        assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()));
    }

    #[test]
    fn digits_are_those_of_zmij() {
        let mut buffer = LineBuffer::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let rounds = if cfg!(miri) { 100 } else { 20_000 };
        for _ in 0..rounds {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let of = |bits: u32| random >> (64 - bits);
            // any significand; few bits of it; few decimals
            let exponent = (1020 + of(5)) << 52;
            let any = f64::from_bits(exponent | (random & ((1 << 52) - 1)));
            let few = f64::from_bits(exponent | (of(17) << 35) | (random & 1));
            let decimal = of(40) as f64 / 10f64.powi((random % 12) as i32);
            for value in [any, few, decimal] {
                check(&mut buffer, value);
                check(&mut buffer, -value);
            }
        }
    }

    #[test]
    fn machines_without_vectors_write_the_same_digits() {
        let mut random = 1_u64;
        for _ in 0..10_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let zeros = 10_u32.pow((random >> 61) as u32);
            let halves = [(random >> 30) as u32 % 100_000_000, (random >> 2) as u32 % 100_000_000];
            let [high, low] = halves.map(|half| half / zeros * zeros);
            assert_eq!(super::raw::sixteen_digits(high, low), super::raw::sixteen_digits_plain(high, low));
            assert_eq!(super::raw::sixteen_digits(high, 0), super::raw::sixteen_digits_plain(high, 0));
        }
    }

    #[test]
    fn so_are_those_around_powers() {
        let mut buffer = LineBuffer::new();
        let twos = (-2..=28).map(|power| 2f64.powi(power));
        let tens = (-2..=9).map(|power| 10f64.powi(power));
        for power in twos.chain(tens) {
            for step in -20i64..=20 {
                check(&mut buffer, f64::from_bits(power.to_bits().wrapping_add_signed(step)));
            }
        }
        assert!(number::has_decimals(1.0f64.next_up()) && super::Shortest::of(1.0f64.next_up()).is_some());
        assert!(
            super::Shortest::of(1.0f64.next_down()).is_none() && super::Shortest::of(67_108_864.1).is_none()
        );
    }
}

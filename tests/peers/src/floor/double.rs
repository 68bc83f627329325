//! Doubles: the shortest text that reads back as the same value, whole numbers without `.0`. One or two decimals
//! take integer arithmetic; everything else zmij, straight into the line.

use super::Refused;
use super::decimal::{THOUSAND, digits8, entry, signed};
use super::raw::Out;
use std::arch::x86_64::{_mm_cvtsd_si32, _mm_set_sd};

const ZEROS: u64 = 0x3030_3030_3030_3030;
/// After so many values that are no short decimals, a field is no longer tried until the next batch.
const MISSES: u8 = 8;

// zmij's buffer is plain bytes without alignment: any place with room for it may be used as one.
const _: () = assert!(size_of::<zmij::Buffer>() == super::DOUBLE && align_of::<zmij::Buffer>() == 1);

/// What is known of each double field of a row.
pub(super) struct Doubles {
    misses: [u8; 4],
}

impl Doubles {
    pub(super) fn new() -> Self {
        Self { misses: [0; 4] }
    }

    /// As if so many values had missed.
    #[cfg(test)]
    pub(super) fn missed(misses: u8) -> Self {
        Self { misses: [misses; 4] }
    }

    /// # Safety
    /// There is room for 24 bytes and the slack.
    #[inline(always)]
    pub(super) unsafe fn write<const FIELD: usize, const TABLES: bool>(
        &mut self,
        out: Out,
        value: f64,
    ) -> Result<Out, Refused> {
        if self.misses[FIELD] < MISSES {
            if let Some(hundredths) = hundredths(value) {
                // SAFETY: the caller's contract.
                return Ok(unsafe { short::<TABLES>(out, hundredths) });
            }
            self.misses[FIELD] += 1;
        }
        // SAFETY: the caller's contract.
        unsafe { shortest(out, value) }
    }
}

/// The value times 100, if the value is the double nearest to that many hundredths: then "n/100" is its shortest
/// text, since any decimal of at most 15 digits is the shortest for the double it reads as.
#[inline(always)]
pub(super) fn hundredths(value: f64) -> Option<i32> {
    // SAFETY: SSE2 is part of x86-64; NaN and what is out of range give i32::MIN.
    let n = unsafe { _mm_cvtsd_si32(_mm_set_sd(value * 100.0)) };
    // by bits: -0.0 is not 0
    let exact = (f64::from(n) / 100.0).to_bits() == value.to_bits();
    (exact && n.unsigned_abs() < 100_000_000).then_some(n)
}

/// # Safety
/// There is room for 16 bytes.
#[inline(always)]
pub(super) unsafe fn short<const TABLES: bool>(out: Out, hundredths: i32) -> Out {
    let n = hundredths.unsigned_abs();
    // SAFETY: the caller's contract.
    unsafe {
        out.store(b'-');
        let out = out.add(usize::from(hundredths < 0));
        if !TABLES {
            return short_digits(out, n);
        }
        if n >= 100_000 {
            return short_long(out, n);
        }
        let out = entry(out, THOUSAND[(n / 100) as usize]);
        entry(out, FRACTION[(n % 100) as usize])
    }
}

/// The point and up to two digits, nothing for 0; in the fourth byte how many.
static FRACTION: [[u8; 4]; 100] = {
    let mut table = [[0; 4]; 100];
    let mut n = 1;
    while n < 100 {
        let (tenth, hundredth) = (b'0' + (n / 10) as u8, b'0' + (n % 10) as u8);
        table[n] = if n % 10 == 0 { [b'.', tenth, 0, 2] } else { [b'.', tenth, hundredth, 3] };
        n += 1;
    }
    table
};

/// Any number of hundredths below 10⁸.
///
/// # Safety
/// There is room for 16 bytes.
#[inline(always)]
unsafe fn short_digits(out: Out, hundredths: u32) -> Out {
    let digits = digits8(hundredths);
    let zeros = (digits | 1 << 40).trailing_zeros() & !7; // bits of leading zeros; the unit always stays
    let whole = 6 - (zeros / 8) as usize;
    let fraction = digits >> 48;
    let decimals = 2 * usize::from(fraction != 0) + usize::from(fraction >> 8 != 0); // the point is one of them
    let ascii = digits | ZEROS;
    // SAFETY: the caller's contract.
    unsafe {
        out.store(ascii >> zeros);
        out.add(whole).store((ascii >> 40) as u32 & 0x00ff_ff00 | u32::from(b'.'));
        out.add(whole + decimals)
    }
}

/// From 1000 to below a million, where the tables end.
///
/// # Safety
/// There is room for 16 bytes.
#[inline(never)]
unsafe fn short_long(out: Out, hundredths: u32) -> Out {
    // SAFETY: the caller's contract.
    unsafe { short_digits(out, hundredths) }
}

/// # Safety
/// There is room for 24 bytes and the slack.
#[inline(always)]
pub(super) unsafe fn shortest(out: Out, value: f64) -> Result<Out, Refused> {
    // A whole number below 2^44 ends in eight zero bits; one test of the bits finds all that may be whole, and what
    // is not finite, without reading back what was just stored.
    let bits = value.to_bits();
    if bits << 1 >= 0x42b0_0000_0000_0000 << 1 || bits as u8 == 0 {
        // SAFETY: the caller's contract.
        return unsafe { whole_or_large(out, value) };
    }
    // SAFETY: the caller's contract; see the assertion above.
    Ok(unsafe { zmij(out, value) })
}

/// # Safety
/// There is room for 24 bytes.
#[inline(always)]
unsafe fn zmij(out: Out, value: f64) -> Out {
    // SAFETY: the caller's contract; the buffer is 24 bytes of `MaybeUninit` without alignment.
    unsafe {
        let buffer = &mut *out.0.cast::<zmij::Buffer>();
        out.add(buffer.format_finite(value).len())
    }
}

/// # Safety
/// There is room for 24 bytes and the slack.
#[cold]
#[inline(never)]
unsafe fn whole_or_large(out: Out, value: f64) -> Result<Out, Refused> {
    if !value.is_finite() {
        return Err(Refused);
    }
    let whole = value as i64;
    if value.abs() < 1e15 && whole as f64 == value && whole != 0 {
        // SAFETY: the caller's contract.
        return Ok(unsafe { signed(out, whole) });
    }
    // SAFETY: the caller's contract; zmij has written at least two bytes, all before `end`.
    unsafe {
        let end = zmij(out, value);
        let tail = end.0.sub(2);
        Ok(if tail.cast::<[u8; 2]>().read() == *b".0" { Out(tail) } else { end })
    }
}

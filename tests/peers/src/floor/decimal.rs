//! Integers: eight digits at a time in one register, small ones from a table.

use super::raw::Out;

const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight decimal digits of a number below 10⁸, one a byte, the first in the lowest byte; not yet ASCII.
#[inline(always)]
pub(super) fn digits8(n: u32) -> u64 {
    let n = u64::from(n);
    let halves = (n / 10_000) | ((n % 10_000) << 32); // 4 + 4 digits
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f; // ÷ 100 in both
    let pairs = hundreds | ((halves - 100 * hundreds) << 16); // 2 + 2 + 2 + 2
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f; // ÷ 10 in all four
    tens | ((pairs - 10 * tens) << 8)
}

/// The same in ASCII, ready to store.
#[inline(always)]
pub(super) fn ascii8(n: u32) -> u64 {
    digits8(n) | ZEROS
}

/// # Safety
/// There is room for 20 bytes and the slack.
#[inline(always)]
pub(super) unsafe fn unsigned(out: Out, n: u64) -> Out {
    if n < 100_000_000 {
        // SAFETY: the caller's contract.
        unsafe { below_1e8(out, n as u32) }
    } else {
        // SAFETY: the caller's contract.
        unsafe { large(out, n) }
    }
}

/// # Safety
/// There is room for 8 bytes.
#[inline(always)]
unsafe fn below_1e8(out: Out, n: u32) -> Out {
    let digits = digits8(n);
    let zeros = (digits | 1 << 56).trailing_zeros() & !7; // bits of leading zeros; the last digit always stays
    // SAFETY: the caller's contract.
    unsafe {
        out.store((digits | ZEROS) >> zeros);
        out.add(8 - (zeros / 8) as usize)
    }
}

/// # Safety
/// There is room for 20 bytes and the slack.
#[inline(never)]
unsafe fn large(out: Out, n: u64) -> Out {
    let (high, low) = (n / 100_000_000, (n % 100_000_000) as u32);
    // SAFETY: the caller's contract: at most 4 + 8 + 8 digits.
    unsafe {
        let out = unsigned(out, high);
        out.store(ascii8(low));
        out.add(8)
    }
}

/// # Safety
/// There is room for 20 bytes and the slack.
pub(super) unsafe fn signed(out: Out, n: i64) -> Out {
    // SAFETY: the caller's contract: a sign and 19 digits at most.
    unsafe {
        out.store(b'-');
        unsigned(out.add(usize::from(n < 0)), n.unsigned_abs())
    }
}

/// Up to three digits and, in the fourth byte, how many.
pub(super) static THOUSAND: [[u8; 4]; 1000] = {
    let mut table = [[0; 4]; 1000];
    let mut n = 0;
    while n < 1000 {
        let [a, b, c, _] = THREE_DIGITS[n];
        table[n] = match n {
            0..10 => [c, 0, 0, 1],
            10..100 => [b, c, 0, 2],
            _ => [a, b, c, 3],
        };
        n += 1;
    }
    table
};

/// Three digits always, and a newline: the last three of a time end the line.
pub(super) static THREE_DIGITS: [[u8; 4]; 1000] = {
    let mut table = [[b'\n'; 4]; 1000];
    let mut n = 0;
    while n < 1000 {
        table[n] = [b'0' + (n / 100) as u8, b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8, b'\n'];
        n += 1;
    }
    table
};

/// # Safety
/// There is room for 4 bytes.
#[inline(always)]
pub(super) unsafe fn small(out: Out, n: u8) -> Out {
    // SAFETY: the caller's contract.
    unsafe { entry(out, THOUSAND[usize::from(n)]) }
}

/// A table's entry: three bytes and how many of them count.
///
/// # Safety
/// There is room for 4 bytes.
#[inline(always)]
pub(super) unsafe fn entry(out: Out, text: [u8; 4]) -> Out {
    // SAFETY: the caller's contract.
    unsafe {
        out.store(text);
        out.add(usize::from(text[3]))
    }
}

//! Timestamps: neighbours share their seconds, whose text is kept; only the nanoseconds are formatted.

use super::decimal::{THREE_DIGITS, ascii8, signed};
use super::raw::{Out, literal};

const SECOND: i64 = 1_000_000_000;

/// The text of the last second seen.
pub(super) struct Seconds {
    /// Its first nanosecond.
    start: i64,
    /// One byte for what precedes, a space, the digits.
    text: [u8; 16],
    /// The same from the space on.
    bare: [u8; 16],
}

impl Seconds {
    pub(super) fn new() -> Self {
        let (text, bare) = (literal("\" 1000000000"), literal(" 1000000000"));
        Self { start: 1_000_000_000 * SECOND, text, bare }
    }

    /// `before`, a space, the time, a newline.
    ///
    /// # Safety
    /// There is room for 23 bytes and the slack.
    #[inline(always)]
    pub(super) unsafe fn write<const TABLES: bool>(&mut self, out: Out, before: u8, time: i64) -> Out {
        debug_assert_eq!(before, self.text[0]);
        // SAFETY: the caller's contract.
        unsafe {
            match self.nanos(time) {
                Some(nanos) => finish::<TABLES>(out.literal(&self.text, 12), nanos),
                None => {
                    out.store(before);
                    unusual(out.add(1), time)
                }
            }
        }
    }

    /// The same with nothing before the space.
    ///
    /// # Safety
    /// There is room for 22 bytes and the slack.
    #[inline(always)]
    pub(super) unsafe fn write_bare<const TABLES: bool>(&mut self, out: Out, time: i64) -> Out {
        // SAFETY: the caller's contract.
        unsafe {
            match self.nanos(time) {
                Some(nanos) => finish::<TABLES>(out.literal(&self.bare, 11), nanos),
                None => unusual(out, time),
            }
        }
    }

    /// Nanoseconds within the kept second, which may be a new one now; none if its seconds have not ten digits.
    #[inline(always)]
    fn nanos(&mut self, time: i64) -> Option<u32> {
        let since = time.wrapping_sub(self.start) as u64;
        if since < SECOND as u64 { Some(since as u32) } else { self.renew(time) }
    }

    #[cold]
    #[inline(never)]
    fn renew(&mut self, time: i64) -> Option<u32> {
        let seconds =
            u32::try_from(time / SECOND).ok().filter(|&seconds| seconds >= 1_000_000_000 && time > 0)?;
        self.start = i64::from(seconds) * SECOND;
        self.text[2..4].copy_from_slice(&[
            b'0' + (seconds / 1_000_000_000) as u8,
            b'0' + (seconds / 100_000_000 % 10) as u8,
        ]);
        self.text[4..12].copy_from_slice(&ascii8(seconds % 100_000_000).to_le_bytes());
        self.bare = (u128::from_le_bytes(self.text) >> 8).to_le_bytes();
        Some((time - self.start) as u32)
    }
}

/// Nine digits and the newline.
///
/// # Safety
/// There is room for 10 bytes.
#[inline(always)]
unsafe fn finish<const TABLES: bool>(out: Out, nanos: u32) -> Out {
    if !TABLES {
        // SAFETY: the caller's contract.
        return unsafe {
            out.store(ascii8(nanos / 10));
            out.add(8).store([b'0' + (nanos % 10) as u8, b'\n']);
            out.add(10)
        };
    }
    let (millis, micros) = (nanos / 1_000_000, nanos / 1_000 % 1_000);
    // SAFETY: the caller's contract.
    unsafe {
        out.store(THREE_DIGITS[millis as usize]);
        out.add(3).store(THREE_DIGITS[micros as usize]);
        out.add(6).store(THREE_DIGITS[(nanos % 1_000) as usize]); // with the newline
        out.add(10)
    }
}

/// A time before 2001-09-09 or after 2106.
///
/// # Safety
/// There is room for 22 bytes and the slack.
#[cold]
#[inline(never)]
unsafe fn unusual(out: Out, time: i64) -> Out {
    // SAFETY: the caller's contract.
    unsafe {
        out.store(b' ');
        let out = signed(out.add(1), time);
        out.store(b'\n');
        out.add(1)
    }
}

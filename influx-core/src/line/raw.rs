//! Unchecked writes into reserved capacity: the only `unsafe` of the crate, behind a safe interface.
//!
//! One invariant carries all of it: **between two calls at least [`ROOM`] bytes are writable at `pos`**
//! (`pos <= limit`, and `limit + ROOM` is the end of the allocation). So a key of up to [`KEY`] bytes and a
//! number need no check of their own, and a value that is left out needs no undo, because `pos` moves last.
//! Nothing becomes part of the vector before [`Cursor::commit`]; a dropped cursor leaves it as it was.
#![allow(unsafe_code)]

use std::alloc::{Layout, handle_alloc_error};
use std::mem::{align_of, size_of};
use std::{ptr, slice};

use super::escape::Special;
use super::literal::{Literal, WORD};
use super::number::{self, BOOLEANS, DECIMALS, Digits, Hundredths, PADDED, TRIMMED, TimeCache};
use super::shortest::Shortest;

/// Bytes that are always writable at the cursor: a short key, the longest number and what is stored beyond it.
const ROOM: usize = 128;

/// The longest key that is copied without asking for room; `ROOM - KEY` is left for the value.
const KEY: usize = 64;

/// Texts beyond this take the slow way.
const HUGE: usize = isize::MAX as usize / 4;

/// Capacity that is added at the least when the buffer grows.
const GROWTH: usize = 4 * 1024;

// zmij formats into its own buffer type. It is plain bytes, so that it may stand in ours.
const _: () = assert!(align_of::<zmij::Buffer>() == 1);
const _: () = assert!(KEY + size_of::<zmij::Buffer>() + size_of::<u64>() <= ROOM);

/// Lines as bytes. Only cursors write to it, and only whole `str`s and ASCII: it is always UTF-8.
#[derive(Default, Clone)]
pub(super) struct Text(Vec<u8>);

impl Text {
    #[inline]
    pub(super) fn as_str(&self) -> &str {
        // SAFETY: see the type.
        unsafe { std::str::from_utf8_unchecked(&self.0) }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn with_capacity(bytes: usize) -> Self {
        Text(Vec::with_capacity(bytes))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// The write position in a text's spare capacity.
pub(super) struct Cursor<'b> {
    bytes: &'b mut Vec<u8>,
    pos: *mut u8,
    limit: *mut u8,
}

/// A key that stands beyond the cursor's position, waiting for its value. At least `ROOM - KEY` bytes are
/// writable at `at`. Dropping it leaves the pair out.
pub(super) struct Pair<'c, 'b> {
    cursor: &'c mut Cursor<'b>,
    at: *mut u8,
}

impl<'b> Cursor<'b> {
    #[inline(always)]
    pub(super) fn new(text: &'b mut Text) -> Self {
        let bytes = &mut text.0;
        let (pos, limit) = if bytes.capacity() - bytes.len() >= ROOM {
            // SAFETY: the offsets lie within the allocation, as ROOM bytes are spare.
            unsafe { (bytes.as_mut_ptr().add(bytes.len()), bytes.as_mut_ptr().add(bytes.capacity() - ROOM)) }
        } else {
            let len = bytes.len();
            grow(bytes, len, 0)
        };
        Cursor { bytes, pos, limit }
    }

    /// The offset of the position from the start of the vector.
    #[inline(always)]
    pub(super) fn offset(&self) -> usize {
        self.pos as usize - self.bytes.as_ptr() as usize
    }

    /// What was written since the last commit.
    #[inline(always)]
    pub(super) fn written(&self) -> &str {
        let start = self.bytes.len();
        // SAFETY: `len` lies within the allocation; every byte from there to `pos` was written through this
        // cursor, and is UTF-8 for the reason that the whole text is.
        unsafe {
            let written = slice::from_raw_parts(self.bytes.as_ptr().add(start), self.offset() - start);
            std::str::from_utf8_unchecked(written)
        }
    }

    /// Makes all that was written part of the text, ended by a newline.
    #[inline(always)]
    pub(super) fn commit(self) {
        debug_assert!(std::str::from_utf8(self.written().as_bytes()).is_ok());
        let len = self.offset() + 1;
        // SAFETY: ROOM bytes are writable at `pos`; all bytes before it were written.
        unsafe {
            self.pos.write(b'\n');
            self.bytes.set_len(len);
        }
    }

    /// Puts a space in place of the comma at `offset`, if something was written from there on.
    #[inline(always)]
    pub(super) fn space_for_comma(&mut self, offset: usize) -> bool {
        if offset >= self.offset() {
            return false;
        }
        // SAFETY: `offset` lies before `pos`: within the allocation, and written. One ASCII byte takes the place
        // of another.
        unsafe {
            let at = self.bytes.as_mut_ptr().add(offset);
            if at.read() == b',' {
                at.write(b' ');
            }
        }
        true
    }

    /// Takes back what was written since the last commit, but for its first `keep` bytes.
    pub(super) fn cut(&mut self, keep: usize) {
        if self.written().is_char_boundary(keep) {
            // SAFETY: a boundary of what was written lies between `len` and `pos`.
            self.pos = unsafe { self.bytes.as_mut_ptr().add(self.bytes.len() + keep) };
        }
    }

    /// Appends text as it is.
    #[inline(always)]
    pub(super) fn text(&mut self, text: &str) {
        self.pair([text]).end_here();
    }

    /// Stands a key beyond the position, word by word: the words of a constant one become part of the code.
    #[inline(always)]
    pub(super) fn literal(&mut self, key: Literal<'_>) -> Pair<'_, 'b> {
        let (text, len) = (key.padded(), key.len());
        if text.len() > KEY {
            self.ensure(text.len());
        }
        // SAFETY: the text with its padding has at most KEY bytes of ROOM, or its length more was made writable
        // just now; `len` is no longer.
        let at = unsafe {
            let mut at = 0;
            while at < text.len() {
                let word = text.as_ptr().add(at).cast::<[u8; WORD]>().read_unaligned();
                self.pos.add(at).cast::<u64>().write_unaligned(u64::from_ne_bytes(word));
                at += WORD;
            }
            self.pos.add(len)
        };
        Pair { cursor: self, at }
    }

    /// Stands the parts of a key beyond the position.
    #[inline(always)]
    pub(super) fn pair<const N: usize>(&mut self, key: [&str; N]) -> Pair<'_, 'b> {
        let len: usize = key.iter().map(|part| part.len()).sum();
        if len > KEY {
            self.ensure(len);
        }
        let mut at = self.pos;
        for part in key {
            // SAFETY: the key has at most KEY bytes of ROOM, or its length more was made writable just now.
            unsafe {
                ptr::copy_nonoverlapping(part.as_ptr(), at, part.len());
                at = at.add(part.len());
            }
        }
        Pair { cursor: self, at }
    }

    /// Appends a space and a timestamp.
    #[inline(always)]
    pub(super) fn timestamp(&mut self, ticks: i64) {
        // SAFETY: a space and at most 28 bytes, of ROOM.
        self.pos = unsafe { Out(self.pos).store(b' ', 1).integer(ticks).0 };
        self.ensure_room();
    }

    /// Appends a space and a timestamp of 19 digits: the remembered second, and the nanoseconds behind it.
    #[inline(always)]
    pub(super) fn timestamp_of(&mut self, second: &TimeCache, nanos: u32) {
        let three = |number: u32| PADDED[number as usize];
        let (millis, micros) = ((nanos / 1_000_000).min(999), nanos / 1000 % 1000);
        let (low, high) = second.words();
        // SAFETY: 20 bytes, and one store of four bytes begins at the 18th, of ROOM.
        self.pos = unsafe {
            let out = Out(self.pos).store(low, 8).store(high, 3);
            out.store(three(millis), 3).store(three(micros), 3).store(three(nanos % 1000), 3).0
        };
        self.ensure_room();
    }

    /// Makes ROOM at the position.
    #[inline(always)]
    fn ensure_room(&mut self) {
        if self.pos > self.limit {
            let len = self.offset();
            (self.pos, self.limit) = grow(self.bytes, len, 0);
        }
    }

    /// Makes `extra` bytes writable at the position, besides ROOM.
    #[inline(always)]
    fn ensure(&mut self, extra: usize) {
        if (self.limit as usize).saturating_sub(self.pos as usize) < extra {
            let len = self.offset();
            (self.pos, self.limit) = grow(self.bytes, len, extra);
        }
    }
}

impl Pair<'_, '_> {
    #[inline(always)]
    pub(super) fn boolean(self, value: bool) {
        // By a table: a branch on a value is mispredicted as often as the value changes.
        let (text, len) = BOOLEANS[usize::from(value)];
        // SAFETY: 8 bytes of the room that a pair has; `len` is at most 5.
        let end = unsafe { self.out().store(text, len) };
        self.end(end);
    }

    /// Writes a signed integer and an ASCII `suffix`, if there is one.
    #[inline(always)]
    pub(super) fn integer(self, value: i64, suffix: Option<u8>) {
        // SAFETY: 28 bytes and the suffix, of the room that a pair has.
        let end = unsafe { self.out().integer(value).ascii(suffix) };
        self.end(end);
    }

    /// Writes an unsigned integer and an ASCII `suffix`, if there is one.
    #[inline(always)]
    pub(super) fn unsigned(self, value: u64, suffix: Option<u8>) {
        // SAFETY: as in `integer`.
        let end = unsafe { self.out().unsigned(value).ascii(suffix) };
        self.end(end);
    }

    /// Writes a double that [has decimals](super::number::has_decimals), by the shortest digits that read back
    /// equal.
    #[inline(always)]
    pub(super) fn decimal(self, value: f64) {
        // SAFETY: a pair has room for zmij's buffer, and for the 26 bytes.
        let end = unsafe {
            match Shortest::of(value) {
                Some(text) => self.out().shortest(text),
                None => self.out().float(value),
            }
        };
        self.end(end);
    }

    /// Writes a finite float by the shortest digits that read back equal, a whole number without `.0`.
    #[inline(always)]
    pub(super) fn float(self, value: impl zmij::Float) {
        // SAFETY: a pair has room for zmij's buffer.
        let end = unsafe { self.out().whole_or_float(value) };
        self.end(end);
    }

    /// Writes a double that has at most two decimals, as found by [`hundredths`](super::number::hundredths).
    #[inline(always)]
    pub(super) fn hundredths(self, value: Hundredths) {
        let Hundredths { number, negative } = value;
        let (whole, rest) = (number / 100, number % 100);
        // SAFETY: a sign, at most ten digits and four bytes, of the room that a pair has.
        let end = unsafe {
            let out = self.out().store(b'-', usize::from(negative));
            let out = match TRIMMED.get(whole as usize) {
                Some(&entry) => out.entry(entry),
                None => out.large(u64::from(whole)),
            };
            out.entry(DECIMALS[rest as usize])
        };
        self.end(end);
    }

    /// Copies `text` between two `quote`s (which are nothing, or one ASCII character) if no byte of it stops
    /// that; else gives itself back.
    #[inline(always)]
    pub(super) fn plain(mut self, text: &str, quote: Option<u8>, special: Special) -> Result<(), Self> {
        self.reserve(text.len());
        // SAFETY: the text and both quotes end before `limit`, so that ROOM is left behind them.
        unsafe {
            let out = self.out().ascii(quote);
            if !out.plain(text.as_bytes(), special) {
                return Err(self);
            }
            self.cursor.pos = Out(out.0.add(text.len())).ascii(quote).0;
        }
        Ok(())
    }

    /// As [`plain`](Self::plain), with a backslash before each byte that `special` escapes.
    #[inline(always)]
    pub(super) fn escaped(mut self, text: &str, quote: Option<u8>, special: Special) {
        self.reserve(text.len());
        // SAFETY: as in `plain`, each byte of the text with a backslash.
        self.cursor.pos = unsafe { self.out().ascii(quote).escaped(text.as_bytes(), special).ascii(quote).0 };
    }

    #[inline(always)]
    fn out(&self) -> Out {
        Out(self.at)
    }

    /// Makes room for `2 * len` bytes of text and two quotes, so that ROOM is left after them.
    #[inline(always)]
    fn reserve(&mut self, len: usize) {
        let spare = (self.cursor.limit as usize).wrapping_sub(self.at as usize) as isize;
        // On 64 bits no text is so long that its double is no `isize`.
        if spare < len.wrapping_mul(2).wrapping_add(2) as isize || (usize::BITS < 64 && len > HUGE) {
            let key = self.at as usize - self.cursor.pos as usize;
            let used = self.cursor.offset() + key;
            (self.at, self.cursor.limit) = grow_for_text(self.cursor.bytes, used, len);
            // SAFETY: `grow` returned the position after the key; the position before it lies `key` bytes
            // back, in the same allocation.
            self.cursor.pos = unsafe { self.at.sub(key) };
        }
    }

    /// Ends the pair without a value.
    #[inline(always)]
    pub(super) fn end_here(self) {
        let end = self.out();
        self.end(end);
    }

    /// Moves the position behind the pair and asks for ROOM again.
    #[inline(always)]
    fn end(self, end: Out) {
        self.cursor.pos = end.0;
        self.cursor.ensure_room();
    }
}

/// Grows `bytes` so that `extra + ROOM` bytes are writable at offset `used`, which all was written up to.
#[cold]
#[inline(never)]
fn grow(bytes: &mut Vec<u8>, used: usize, extra: usize) -> (*mut u8, *mut u8) {
    let start = bytes.len();
    let more = extra.saturating_add(ROOM + GROWTH);
    // SAFETY: every byte before `used` was written; the length is set back before anything can panic, so that
    // a record that does not fit leaves the vector as it was.
    let reserved = unsafe {
        bytes.set_len(used);
        let reserved = bytes.try_reserve(more);
        bytes.set_len(start);
        reserved
    };
    if reserved.is_err() {
        handle_alloc_error(Layout::array::<u8>(more).unwrap_or(Layout::new::<u8>()));
    }
    let base = bytes.as_mut_ptr();
    // SAFETY: `used + extra + ROOM` is at most the capacity.
    unsafe { (base.add(used), base.add(bytes.capacity() - ROOM)) }
}

/// As [`grow`], for a text of `len` bytes with its escapes and quotes.
#[cold]
#[inline(never)]
fn grow_for_text(bytes: &mut Vec<u8>, used: usize, len: usize) -> (*mut u8, *mut u8) {
    grow(bytes, used, len.saturating_mul(2).saturating_add(2))
}

/// Where the next byte goes. Whoever calls its methods has made room for what they store: so many bytes, and
/// those of the last store that lie beyond the text.
#[derive(Clone, Copy)]
struct Out(*mut u8);

impl Out {
    /// Stores a value, of which `len` bytes count.
    ///
    /// # Safety
    /// Room for the value; `len` is at most its size.
    #[inline(always)]
    unsafe fn store<T: Copy>(self, value: T, len: usize) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            self.0.cast::<T>().write_unaligned(value);
            Out(self.0.add(len))
        }
    }

    /// Stores an ASCII character, if there is one.
    ///
    /// # Safety
    /// Room for one byte.
    #[inline(always)]
    unsafe fn ascii(self, byte: Option<u8>) -> Self {
        match byte {
            // SAFETY: the caller's promise.
            Some(byte) => unsafe { self.store(byte & 0x7f, 1) },
            None => self,
        }
    }

    /// Stores an entry of the tables of [`number`](super::number).
    ///
    /// # Safety
    /// Room for four bytes.
    #[inline(always)]
    unsafe fn entry(self, entry: u32) -> Self {
        // SAFETY: the caller's promise; an entry's length is at most 3.
        unsafe { self.store(entry, number::entry_len(entry)) }
    }

    /// # Safety
    /// Room for 28 bytes: a sign, and as for [`unsigned`](Self::unsigned).
    #[inline(always)]
    unsafe fn integer(self, value: i64) -> Self {
        // SAFETY: the caller's promise.
        unsafe { self.store(b'-', usize::from(value < 0)).unsigned(value.unsigned_abs()) }
    }

    /// # Safety
    /// Room for 27 bytes: 20 digits, the last store of eight bytes among which may begin at the 19th.
    #[inline(always)]
    unsafe fn unsigned(self, value: u64) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            if value < 1000 {
                self.entry(TRIMMED[value as usize])
            } else if value < E8 {
                self.digits(value as u32)
            } else {
                self.large(value)
            }
        }
    }

    /// As [`unsigned`](Self::unsigned), where it should not become part of the caller's code.
    ///
    /// # Safety
    /// As there.
    #[inline(never)]
    unsafe fn large(self, value: u64) -> Self {
        let padded = |number: u64| Digits::of(number as u32).padded();
        // SAFETY: the caller's promise: at most three stores of eight bytes, one behind the other's digits.
        unsafe {
            match value / E8 {
                0 => self.digits(value as u32),
                high @ 1..E8 => self.digits(high as u32).store(padded(value % E8), 8),
                high => {
                    let out = self.digits((high / E8) as u32);
                    out.store(padded(high % E8), 8).store(padded(value % E8), 8)
                }
            }
        }
    }

    /// # Safety
    /// Room for eight bytes.
    #[inline(always)]
    unsafe fn digits(self, value: u32) -> Self {
        let (text, len) = Digits::of(value).trimmed();
        // SAFETY: the caller's promise; `len` is at most 8.
        unsafe { self.store(text, len) }
    }

    /// # Safety
    /// Room for 26 bytes: a sign, eight digits, a point and 16 digits.
    #[inline(always)]
    unsafe fn shortest(self, text: Shortest) -> Self {
        let Shortest { negative, whole, point, fraction, last, last_at, len } = text;
        // SAFETY: the caller's promise; `point` is at most 8, and `last_at` and `len` are at most 18.
        unsafe {
            let out = self.store(b'-', usize::from(negative));
            out.store(whole, point).store(b'.', 1).store(fraction, 0);
            Out(out.0.add(last_at)).store(last, 0);
            Out(out.0.add(len))
        }
    }

    /// # Safety
    /// Room for zmij's buffer.
    #[inline(always)]
    unsafe fn float<F: zmij::Float>(self, value: F) -> Self {
        // SAFETY: the caller's promise; the buffer type is bytes that need no initialisation. If its text does
        // not begin at its first byte, which today it does, the text is moved there.
        unsafe {
            let text = (*self.0.cast::<zmij::Buffer>()).format_finite(value);
            let (from, len) = (text.as_ptr(), text.len());
            if from != self.0.cast_const() {
                ptr::copy(from, self.0, len);
            }
            Out(self.0.add(len))
        }
    }

    /// As [`float`](Self::float), a whole number without `.0`.
    ///
    /// # Safety
    /// As there.
    #[inline(never)]
    unsafe fn whole_or_float<F: zmij::Float>(self, value: F) -> Self {
        // SAFETY: the caller's promise. The text has at least three bytes, as `0.0` has.
        unsafe {
            let end = self.float(value);
            let tail = end.0.sub(2);
            if tail.cast::<[u8; 2]>().read_unaligned() == *b".0" { Out(tail) } else { end }
        }
    }

    /// Stores text with a backslash before each byte that `special` escapes.
    ///
    /// # Safety
    /// Room for twice the text.
    #[cold]
    #[inline(never)]
    unsafe fn escaped(mut self, text: &[u8], special: Special) -> Self {
        for &byte in text {
            // SAFETY: the caller's promise: at most two bytes for each of the text.
            unsafe { self = self.store(b'\\', usize::from(special.escapes(byte))).store(byte, 1) };
        }
        self
    }

    /// Stores text, and says whether none of its bytes stops a plain copy.
    ///
    /// # Safety
    /// Room for the text.
    #[inline(always)]
    unsafe fn plain(self, text: &[u8], special: Special) -> bool {
        let (from, at, len) = (text.as_ptr(), self.0, text.len());
        // SAFETY: all loads and stores lie within `len` bytes: two that overlap cover every length from one to
        // two widths.
        unsafe {
            // Each class by one compare, the likeliest first.
            if len.wrapping_sub(8) < 8 {
                let head = from.cast::<u64>().read_unaligned();
                let tail = from.add(len - 8).cast::<u64>().read_unaligned();
                at.cast::<u64>().write_unaligned(head);
                at.add(len - 8).cast::<u64>().write_unaligned(tail);
                !stops(head, tail, special)
            } else if len.wrapping_sub(4) < 4 {
                let head = from.cast::<u32>().read_unaligned();
                let tail = from.add(len - 4).cast::<u32>().read_unaligned();
                at.cast::<u32>().write_unaligned(head);
                at.add(len - 4).cast::<u32>().write_unaligned(tail);
                let both = u64::from(head) | u64::from(tail) << 32;
                !stops(both, both, special)
            } else if len >= 16 {
                let (mut found, mut i) = (false, 0);
                loop {
                    let [low, high] = from.add(i).cast::<[u64; 2]>().read_unaligned();
                    at.add(i).cast::<[u64; 2]>().write_unaligned([low, high]);
                    found |= stops(low, high, special);
                    if i == len - 16 {
                        break !found;
                    }
                    i = (i + 16).min(len - 16);
                }
            } else if len > 0 {
                let (first, middle, last) = (*from, *from.add(len / 2), *from.add(len - 1));
                at.write(first);
                at.add(len / 2).write(middle);
                at.add(len - 1).write(last);
                let all = u64::from(u32::from_ne_bytes([first, middle, last, last]));
                !stops(all | all << 32, all | all << 32, special)
            } else {
                true
            }
        }
    }
}

/// Twice eight digits as text, the first in the lowest byte, and how many there are without the zeros at the end.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
pub(super) fn sixteen_digits(high: u32, low: u32) -> (u128, usize) {
    use std::arch::x86_64::*;
    // SAFETY: the target has SSE2.
    unsafe {
        // As `Digits::of`, both halves at once.
        let eights = _mm_set_epi64x(i64::from(high), i64::from(low));
        let quotients = _mm_srli_epi64(_mm_mul_epu32(eights, _mm_set1_epi64x(109_951_163)), 40); // ÷ 10,000
        let fours = _mm_add_epi64(eights, _mm_mul_epu32(quotients, _mm_set1_epi64x((1 << 32) - 10_000)));
        let fours = _mm_shuffle_epi32(fours, 0b00_01_10_11);
        let quotients = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi32(5_243)), 3); // ÷ 100
        let rests = _mm_sub_epi16(fours, _mm_mullo_epi16(quotients, _mm_set1_epi32(100)));
        let twos = _mm_or_si128(_mm_slli_epi32(rests, 16), quotients);
        let quotients = _mm_mulhi_epu16(twos, _mm_set1_epi16(6_554)); // ÷ 10
        let ones = _mm_sub_epi16(_mm_slli_epi16(twos, 8), _mm_mullo_epi16(quotients, _mm_set1_epi16(2_559)));
        let nonzero = _mm_movemask_epi8(_mm_cmpgt_epi8(ones, _mm_setzero_si128()));
        let text = _mm_or_si128(ones, _mm_set1_epi8(b'0' as i8));
        let (first, second) = (_mm_cvtsi128_si64(text), _mm_cvtsi128_si64(_mm_unpackhi_epi64(text, text)));
        let text = u128::from(first as u64) | (u128::from(second as u64) << 64);
        (text, (u32::BITS - nonzero.leading_zeros()) as usize)
    }
}

/// As `sixteen_digits` for every machine.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
#[inline(always)]
pub(super) fn sixteen_digits_plain(high: u32, low: u32) -> (u128, usize) {
    let eight = |number| u128::from(u64::from_le(Digits::of(number).padded()));
    let text = eight(high) | (eight(low) << 64);
    let zeros = (text ^ u128::from_ne_bytes([b'0'; 16])).leading_zeros() / 8;
    (text, 16 - zeros as usize)
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(super) use sixteen_digits_plain as sixteen_digits;

/// What eight digits hold, and one more.
const E8: u64 = 100_000_000;

/// Whether any of sixteen bytes stops a plain copy.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
fn stops(low: u64, high: u64, special: Special) -> bool {
    use std::arch::x86_64::*;
    // SAFETY: the target has SSE2.
    unsafe {
        let bytes = _mm_set_epi64x(high as i64, low as i64);
        let equal = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8));
        let found = match special {
            Special::Measurement | Special::Name => {
                let space = _mm_set1_epi8(b' ' as i8);
                let blank = _mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes);
                let marks = _mm_or_si128(equal(b'='), equal(b'\\'));
                _mm_or_si128(_mm_or_si128(blank, equal(b',')), marks)
            }
            Special::String => _mm_or_si128(equal(b'"'), equal(b'\\')),
        };
        _mm_movemask_epi8(found) != 0
    }
}

/// Whether any of sixteen bytes stops a plain copy.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[inline(always)]
fn stops(low: u64, high: u64, special: Special) -> bool {
    special.stops_any(low) | special.stops_any(high)
}

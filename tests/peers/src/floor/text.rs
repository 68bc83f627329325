//! Strings: copied with overlapping loads that stay inside the string, looked at while they are in the register,
//! stored either way. Only if something needs escaping is the string written again, by the cold path.

use super::Refused;
use super::raw::Out;
use std::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
    _mm_set1_epi8, _mm_storeu_si128,
};

/// What must be looked at in a tag value: space and below, comma, equals sign, backslash.
#[inline(always)]
fn special_in_tag(block: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(b' ' as i8)), block);
        let comma = _mm_cmpeq_epi8(block, _mm_set1_epi8(b',' as i8));
        let equals = _mm_cmpeq_epi8(block, _mm_set1_epi8(b'=' as i8));
        let backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8(b'\\' as i8));
        _mm_or_si128(_mm_or_si128(low, comma), _mm_or_si128(equals, backslash))
    }
}

/// What must be escaped in a string field: quote and backslash.
#[inline(always)]
fn special_in_field(block: __m128i) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let quote = _mm_cmpeq_epi8(block, _mm_set1_epi8(b'"' as i8));
        let backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8(b'\\' as i8));
        _mm_or_si128(quote, backslash)
    }
}

/// # Safety
/// There is room for twice the string and the slack.
#[inline(always)]
pub(super) unsafe fn tag(out: Out, text: &str) -> Result<Out, Refused> {
    // SAFETY: the caller's contract.
    unsafe {
        if copy(out, text, special_in_tag) && !text.is_empty() {
            Ok(out.add(text.len()))
        } else {
            escape_tag(out, text)
        }
    }
}

/// # Safety
/// There is room for twice the string and the slack.
#[inline(always)]
pub(super) unsafe fn field(out: Out, text: &str) -> Out {
    // SAFETY: the caller's contract.
    unsafe { if copy(out, text, special_in_field) { out.add(text.len()) } else { escape_field(out, text) } }
}

/// Copies the string and says whether `special` found nothing in it.
///
/// # Safety
/// There is room for the string and the slack.
#[inline(always)]
unsafe fn copy(out: Out, text: &str, special: impl Fn(__m128i) -> __m128i) -> bool {
    let (from, length) = (text.as_ptr(), text.len());
    // SAFETY: every load is inside `text`: the class of its length says how wide one may be, and the last load of
    // a class ends where the string ends. The stores mirror the loads.
    unsafe {
        let found = match length {
            8..16 => {
                let head = from.cast::<u64>().read_unaligned();
                let tail = from.add(length - 8).cast::<u64>().read_unaligned();
                out.store(head);
                out.add(length - 8).store(tail);
                special(_mm_set_epi64x(tail as i64, head as i64))
            }
            4..8 => {
                let head = from.cast::<u32>().read_unaligned();
                let tail = from.add(length - 4).cast::<u32>().read_unaligned();
                out.store(head);
                out.add(length - 4).store(tail);
                // both halves alike: a zero would look like something to escape
                let both = i64::from(head) | i64::from(tail) << 32;
                special(_mm_set_epi64x(both, both))
            }
            16.. => return copy_long(out, text, special),
            1..4 => {
                let (first, middle, last) = (*from, *from.add(length / 2), *from.add(length - 1));
                out.store(first);
                out.add(length / 2).store(middle);
                out.add(length - 1).store(last);
                let all = u32::from_le_bytes([first, middle, last, last]);
                let both = i64::from(all) | i64::from(all) << 32;
                special(_mm_set_epi64x(both, both))
            }
            0 => return true,
        };
        _mm_movemask_epi8(found) == 0
    }
}

/// # Safety
/// The string has at least 16 bytes; there is room for it.
#[inline(always)]
unsafe fn copy_long(out: Out, text: &str, special: impl Fn(__m128i) -> __m128i) -> bool {
    let (from, length) = (text.as_ptr(), text.len());
    // SAFETY: whole blocks lie before `length - 16`; the last one ends with the string.
    unsafe {
        let last = _mm_loadu_si128(from.add(length - 16).cast());
        let mut found = special(last);
        let mut at = 0;
        while at < length - 16 {
            let block = _mm_loadu_si128(from.add(at).cast());
            found = _mm_or_si128(found, special(block));
            _mm_storeu_si128(out.add(at).0.cast(), block);
            at += 16;
        }
        _mm_storeu_si128(out.add(length - 16).0.cast(), last);
        _mm_movemask_epi8(found) == 0
    }
}

/// # Safety
/// There is room for twice the string.
#[cold]
#[inline(never)]
unsafe fn escape_tag(mut out: Out, text: &str) -> Result<Out, Refused> {
    if !has_a_text(text.as_bytes()) {
        return Err(Refused);
    }
    for byte in text.bytes() {
        // SAFETY: the caller's contract: two bytes at most for each.
        unsafe { out = put(out, byte, matches!(byte, b' ' | b',' | b'=')) };
    }
    Ok(out)
}

/// Whether every server reads the tag value back as it is. Nothing stands for a tab or a newline, or for a backslash
/// before what it would escape (InfluxDB 3 joins two backslashes, 1 and 2 do not); and `t=` is no tag.
fn has_a_text(value: &[u8]) -> bool {
    let lost = |pair: &[u8]| pair[0] == b'\\' && matches!(pair[1], b' ' | b',' | b'=' | b'\\');
    !value.is_empty()
        && !value.ends_with(b"\\")
        && !value.iter().any(|byte| matches!(byte, b'\t' | b'\n'))
        && !value.windows(2).any(lost)
}

/// # Safety
/// There is room for twice the string.
#[cold]
#[inline(never)]
unsafe fn escape_field(mut out: Out, text: &str) -> Out {
    for byte in text.bytes() {
        // SAFETY: the caller's contract: two bytes at most for each.
        unsafe { out = put(out, byte, matches!(byte, b'"' | b'\\')) };
    }
    out
}

/// # Safety
/// There is room for two bytes.
unsafe fn put(out: Out, byte: u8, escaped: bool) -> Out {
    // SAFETY: the caller's contract.
    unsafe {
        out.store(b'\\');
        let out = out.add(usize::from(escaped));
        out.store(byte);
        out.add(1)
    }
}

//! The escaping rules of line protocol, in one place: what is escaped, and what has no portable encoding.
//!
//! A rule holds when InfluxDB 1.x and 2.x (`models/points.go`) and InfluxData's parser of 3.x
//! (`influxdb-line-protocol`) read back what was meant. Text that one of them would read as something else is
//! refused here. A tab inside a name or a tag is not: 1.x and 2.x keep it, and 3.x refuses the line by itself.

use super::error::Flaw;

/// The kinds of text between which the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// A measurement: a comma or a space would end it.
    Measurement,
    /// A tag key, tag value or field key: as a measurement's, and `=`.
    Name,
    /// A string field: a quote or a backslash.
    String,
}

impl Special {
    /// Whether a backslash must stand before `byte`.
    #[inline(always)]
    pub(super) const fn escapes(self, byte: u8) -> bool {
        match self {
            Special::Measurement => matches!(byte, b',' | b' '),
            Special::Name => matches!(byte, b',' | b' ' | b'='),
            Special::String => matches!(byte, b'"' | b'\\'),
        }
    }

    /// Whether text with `byte` in it may not be copied as it is: it must be escaped, or looked at.
    #[cfg(test)]
    const fn stops(self, byte: u8) -> bool {
        match self {
            Special::Measurement | Special::Name => byte <= b' ' || matches!(byte, b',' | b'=' | b'\\'),
            Special::String => matches!(byte, b'"' | b'\\'),
        }
    }

    /// Whether any of eight bytes [`stops`](Self::stops).
    #[inline(always)]
    pub(super) fn stops_any(self, word: u64) -> bool {
        const ONES: u64 = u64::MAX / 255;
        const TOPS: u64 = ONES << 7;
        let below = |n: u8| word.wrapping_sub(ONES * n as u64) & !word & TOPS;
        let equal = |byte: u8| {
            let rest = word ^ (ONES * byte as u64);
            rest.wrapping_sub(ONES) & !rest & TOPS
        };
        let found = match self {
            Special::Measurement | Special::Name => {
                below(b' ' + 1) | equal(b',') | equal(b'=') | equal(b'\\')
            }
            Special::String => equal(b'"') | equal(b'\\'),
        };
        found != 0
    }
}

/// Whether a key may be copied as it is: most may, and the rules need not be asked.
#[inline]
pub(super) fn is_plain_key(name: &str) -> bool {
    let mut words = name.as_bytes().chunks_exact(8);
    let mut stops = false;
    for word in &mut words {
        stops |= Special::Name.stops_any(u64::from_le_bytes(word.try_into().unwrap_or_default()));
    }
    let mut rest = [b'a'; 8];
    rest[..words.remainder().len()].copy_from_slice(words.remainder());
    !stops && !Special::Name.stops_any(u64::from_le_bytes(rest)) && !name.is_empty() && name != "time"
}

/// What keeps `text` from being a tag value, and with more rules a measurement or a key.
///
/// Newline, carriage return and NUL end or break a line in one parser or the other, escaped or not. A
/// backslash at the end, before a character that is escaped, or before another is read differently by the two.
pub(super) const fn flaw(text: &str) -> Option<Flaw> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Some(Flaw::Empty);
    }
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\n' => return Some(Flaw::Newline),
            b'\r' => return Some(Flaw::CarriageReturn),
            0 => return Some(Flaw::Nul),
            b'\\' if i + 1 == bytes.len() => return Some(Flaw::TrailingBackslash),
            b'\\' if matches!(bytes[i + 1], b',' | b' ' | b'=' | b'\\') => {
                return Some(Flaw::AmbiguousBackslash);
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// What keeps `value` from being a tag's value: for values that need a look.
#[cold]
#[inline(never)]
pub(super) fn tag_flaw(value: &str) -> Option<Flaw> {
    flaw(value)
}

/// What keeps `text` from being a tag key or a field key: as [`prefix_flaw`], and the name that servers reserve.
pub(super) const fn key_flaw(text: &str) -> Option<Flaw> {
    match text.as_bytes() {
        b"time" => Some(Flaw::Reserved),
        _ => prefix_flaw(text),
    }
}

/// What keeps `text` from being the beginning of a key: as [`flaw`], a first tab, which 1.x skips before a
/// field, and a backslash before a quote.
pub(super) const fn prefix_flaw(text: &str) -> Option<Flaw> {
    match text.as_bytes() {
        [b'\t', ..] => Some(Flaw::LeadingTab),
        _ => name_flaw(text),
    }
}

/// What keeps `text` from being a measurement: as [`flaw`], a backslash before a quote, and a first `#` or tab:
/// one begins a comment, the other is skipped.
pub(super) const fn measurement_flaw(text: &str) -> Option<Flaw> {
    match text.as_bytes() {
        [b'#', ..] => Some(Flaw::Comment),
        [b'\t', ..] => Some(Flaw::LeadingTab),
        _ => name_flaw(text),
    }
}

/// As [`flaw`], and a backslash before a quote: in measurements and field keys 1.x and 2.x drop it (`Unescape`
/// of `pkg/escape`), and 3.x keeps it. In tag values all keep it.
const fn name_flaw(text: &str) -> Option<Flaw> {
    let bytes = text.as_bytes();
    let mut i = 1;
    while i < bytes.len() {
        if bytes[i - 1] == b'\\' && bytes[i] == b'"' {
            return Some(Flaw::AmbiguousBackslash);
        }
        i += 1;
    }
    flaw(text)
}

/// The length of `text` with its escapes.
pub(super) const fn escaped_len(text: &str, special: Special) -> usize {
    let bytes = text.as_bytes();
    let (mut len, mut i) = (bytes.len(), 0);
    while i < bytes.len() {
        len += special.escapes(bytes[i]) as usize;
        i += 1;
    }
    len
}

/// The length of a string field with its escapes.
#[cold]
#[inline(never)]
pub(super) fn string_len(value: &str) -> usize {
    escaped_len(value, Special::String)
}

/// Writes `text` with its escapes into `out` from `at` on, and returns where it ends.
pub(super) const fn escape_into(text: &str, special: Special, out: &mut [u8], mut at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if special.escapes(bytes[i]) {
            out[at] = b'\\';
            at += 1;
        }
        out[at] = bytes[i];
        at += 1;
        i += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_are_judged_as_one_by_one() {
        for special in [Special::Measurement, Special::Name, Special::String] {
            for byte in 0..=255u8 {
                for place in 0..8 {
                    let mut bytes = *b"abcdefgh";
                    bytes[place] = byte;
                    assert_eq!(special.stops_any(u64::from_le_bytes(bytes)), special.stops(byte), "{byte}");
                }
            }
        }
    }

    #[test]
    fn plain_keys_need_no_look() {
        for name in ["a", "usage_user", "größe", "exactly8", "sixteen_bytes_xy", "x#y", "time_"] {
            assert!(is_plain_key(name) && key_flaw(name).is_none(), "{name}");
        }
        for byte in 0..=127u8 {
            for place in [0, 7, 8, 12] {
                let mut name = *b"abcdefghijklm";
                name[place] = byte;
                let name = std::str::from_utf8(&name).unwrap();
                let escaped = name.bytes().any(|byte| Special::Name.escapes(byte));
                assert!(!is_plain_key(name) || (key_flaw(name).is_none() && !escaped), "{name:?}");
            }
        }
        assert!(!is_plain_key("") && !is_plain_key("time"));
    }

    #[test]
    fn all_that_is_escaped_or_refused_stops_the_copy() {
        for byte in 0..=127u8 {
            let text = format!("a{}", byte as char);
            for special in [Special::Measurement, Special::Name] {
                if special.escapes(byte) || flaw(&text).is_some() {
                    assert!(special.stops(byte), "{byte}");
                }
            }
            assert!(!Special::String.escapes(byte) || Special::String.stops(byte));
        }
    }

    #[test]
    fn flaws_are_named() {
        let cases = [
            ("", Some(Flaw::Empty)),
            ("a\nb", Some(Flaw::Newline)),
            ("a\rb", Some(Flaw::CarriageReturn)),
            ("a\0b", Some(Flaw::Nul)),
            ("a\\", Some(Flaw::TrailingBackslash)),
            ("a\\,b", Some(Flaw::AmbiguousBackslash)),
            ("a\\ b", Some(Flaw::AmbiguousBackslash)),
            ("a\\=b", Some(Flaw::AmbiguousBackslash)),
            ("a\\\\b", Some(Flaw::AmbiguousBackslash)),
            ("a\tb\u{7f}\u{1}", None),
            ("C:\\dir", None),
        ];
        for (text, expected) in cases {
            assert_eq!(flaw(text), expected, "{text:?}");
        }
        assert_eq!(key_flaw("time"), Some(Flaw::Reserved));
        assert_eq!(key_flaw("times"), None);
        assert_eq!(measurement_flaw("#a"), Some(Flaw::Comment));
        assert_eq!(measurement_flaw("a#"), None);
        assert_eq!(measurement_flaw("time"), None);
        assert_eq!(measurement_flaw("\ta"), Some(Flaw::LeadingTab));
        assert_eq!(key_flaw("\ta"), Some(Flaw::LeadingTab));
        assert_eq!(flaw("\ta"), None);
        assert_eq!(flaw("a\\\"b"), None);
        for name_flaw in [key_flaw, prefix_flaw, measurement_flaw] {
            assert_eq!(name_flaw("a\\\"b"), Some(Flaw::AmbiguousBackslash));
            assert_eq!(name_flaw("a\"\\b"), None);
            assert_eq!(name_flaw("\ta"), Some(Flaw::LeadingTab));
        }
        assert_eq!(prefix_flaw("time"), None);
    }
}

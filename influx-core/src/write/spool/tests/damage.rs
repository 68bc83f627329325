//! Segments that were cut or changed: every length, every bit.

/// Whether a segment goes from head to head up to the record `end`, or to the end of the file or up to a part of a frame
/// there: read here without the code
/// that is tested. Bodies may be wrong, as those of records that have their verdict are not read again.
pub(super) fn is_readable(bytes: &[u8], end: u64) -> bool {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let u16_at = |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
    let crc = |from: usize, to: usize| crc32fast::hash(&bytes[from..to]) as usize;
    if bytes.len() < 16 {
        return true;
    }
    if !bytes.starts_with(b"INFLUXSG\x01\0\0\0") {
        return false;
    }
    let (mut at, mut seq) = (16, 0);
    while bytes.len() - at >= 44 {
        if seq >= end {
            return true;
        }
        if bytes[at..at + 4] != [0xFF, 0xF6, 0xFA, 0xF5] || u32_at(at + 4) != crc(at + 8, at + 44) {
            return false;
        }
        seq = u64::from_le_bytes(bytes[at + 16..at + 24].try_into().unwrap()) + u32_at(at + 24) as u64;
        at += 44 + u16_at(at + 28) + u32_at(at + 12) + 20;
        if at > bytes.len() {
            return true;
        }
    }
    let begun = &bytes[at..];
    seq >= end || [0xFF, 0xF6, 0xFA, 0xF5].iter().zip(begun).all(|(magic, byte)| magic == byte)
}

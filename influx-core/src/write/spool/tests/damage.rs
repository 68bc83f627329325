//! Segments that were cut or changed: every length, every bit.

/// Whether a segment consists of whole frames, and of a part of one at its end at the most: read here without the code
/// that is tested.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let u16_at = |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
    let crc = |from: usize, to: usize| crc32fast::hash(&bytes[from..to]) as usize;
    if bytes.len() < 16 {
        return true;
    }
    if !bytes.starts_with(b"INFLUXSG\x01\0\0\0") {
        return false;
    }
    let mut at = 16;
    while bytes.len() - at >= 44 {
        if bytes[at..at + 4] != [0xFF, 0xF6, 0xFA, 0xF5] || u32_at(at + 4) != crc(at + 8, at + 44) {
            return false;
        }
        let route = at + 44;
        let body = route + u16_at(at + 28);
        let foot = body + u32_at(at + 12);
        if foot + 20 > bytes.len() {
            return true;
        }
        let good = u32_at(at + 40) == crc(route, body) && u32_at(at + 8) == crc(body, foot);
        if !good || u32_at(foot + 4) != crc(foot + 8, foot + 20) {
            return false;
        }
        at = foot + 20;
    }
    let begun = &bytes[at..];
    [0xFF, 0xF6, 0xFA, 0xF5].iter().zip(begun).all(|(magic, byte)| magic == byte)
}

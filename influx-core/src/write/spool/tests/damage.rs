//! Segments that were cut or changed: every length, every bit.

/// Whether a segment goes from head to head as far as there are any: read here without the code that is tested. Bodies
/// may be wrong, as those of records that have their verdict are not read again, and so may be what stands behind the
/// last frame: it was never taken into the log, or its loss was told.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    if bytes.len() >= 16 && !bytes.starts_with(b"INFLUXSG\x01\0\0\0") {
        return false;
    }
    let mut at = 16;
    while let Some(len) = frame_len(bytes, at) {
        at += len;
    }
    (at..bytes.len()).all(|at| frame_len(bytes, at).is_none())
}

/// The length of the frame that starts at `at`, if its head is good.
fn frame_len(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at + 44)?;
    let u32_at = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
    let route_len = u16::from_le_bytes(head[28..30].try_into().unwrap());
    let good = head.starts_with(&[0xFF, 0xF6, 0xFA, 0xF5]) && u32_at(4) == crc32fast::hash(&head[8..]);
    good.then(|| 44 + usize::from(route_len) + u32_at(12) as usize + 20)
}

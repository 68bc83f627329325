//! What the spool's files consist of, byte by byte; little-endian always.
//!
//! A segment is a file head and frames; the log of acks is a file head and records (see `acks.rs`). A frame is a head
//! of 44 bytes, the route (`route.rs`), the body, and a foot of 20 bytes. The body is a table of the lines' ends
//! (`u32` each) and the lines.
//!
//! | bytes | head | foot |
//! | --- | --- | --- |
//! | 0..4 | magic | magic |
//! | 4..8 | checksum of what is behind it in the head | checksum of what is behind it |
//! | 8..12 | checksum of the body | first sequence number, up to 16 |
//! | 12..16 | length of the body | |
//! | 16..24 | first sequence number | count of records, up to 20 |
//! | 24..28 | count of records | |
//! | 28..30, 30..32 | length of the route, flags | |
//! | 32..40 | when the batch was made, in ms since 1970 | |
//! | 40..44 | checksum of the route | |

use std::ops::Range;

use crate::write::batch::Batch;

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// The sizes of a file's head, a frame's head and its foot, in bytes.
pub(super) const FILE_HEAD: usize = 16;
pub(super) const HEAD: usize = 44;
pub(super) const FOOT: usize = 20;

/// What frames and records start with. None of these bytes can stand in UTF-8, and no four bytes of a table of ends
/// are all as large as they, so that no text that somebody sends can look like a frame.
pub(super) const HEAD_MAGIC: [u8; 4] = [0xFF, 0xF6, 0xFA, 0xF5];
pub(super) const FOOT_MAGIC: [u8; 4] = [0xFF, 0xF6, 0xFA, 0xF7];

/// The most bytes that the lines of a frame may have.
pub(super) const MAX_LINES: u64 = 64 * 1024 * 1024;

/// The batch had its verdict before it was written: there is no body.
const SETTLED: u16 = 1;
/// [`Batch::repeatable`]
const REPEATABLE: u16 = 2;
/// Both.
const KNOWN_FLAGS: u16 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Segment,
    Acks,
}

/// What the first bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileHead {
    Good,
    /// Whole, but of a version that this one cannot read.
    Version(u32),
    /// The file ends within its head.
    Short,
    Broken,
}

/// The head of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) first_seq: u64,
    pub(super) count: u32,
    pub(super) born_ms: u64,
    pub(super) body_len: u32,
    pub(super) body_crc: u32,
    pub(super) route_len: u16,
    pub(super) route_crc: u32,
    flags: u16,
}

/// What the 44 bytes at a frame's start are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParsedHead {
    Good(Head),
    /// Whole, but with flags that this version does not know.
    Version(u16),
    Broken,
}

/// Why a batch cannot be a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormatError {
    #[error("a batch of {0} bytes is too large for the spool, whose frames hold 67,108,864 bytes of lines")]
    Lines(u64),
    #[error(
        "a destination whose names take {0} bytes is too large for the spool, which keeps 65,535 bytes of them"
    )]
    Route(usize),
    #[error(
        "a batch that takes {bytes} bytes is too large for the spool, whose limit is {limit}: raise max_bytes"
    )]
    Limit { bytes: u64, limit: u64 },
}

impl FileKind {
    pub(super) fn head(self) -> [u8; FILE_HEAD] {
        let mut head = [0; FILE_HEAD];
        head[..8].copy_from_slice(self.magic());
        head[8..12].copy_from_slice(&VERSION.to_le_bytes());
        let crc = crc32fast::hash(&head[..12]);
        head[12..].copy_from_slice(&crc.to_le_bytes());
        head
    }

    /// What the first [`FILE_HEAD`] bytes of a file are, or all it has.
    pub(super) fn check(self, bytes: &[u8]) -> FileHead {
        let good = self.head();
        let Some(head) = bytes.get(..FILE_HEAD) else {
            return if good.starts_with(bytes) { FileHead::Short } else { FileHead::Broken };
        };
        if head == good {
            return FileHead::Good;
        }
        match (u32_at(head, 8), u32_at(head, 12)) {
            (Some(version), Some(crc))
                if head.starts_with(self.magic()) && crc == crc32fast::hash(&head[..12]) =>
            {
                FileHead::Version(version)
            }
            _ => FileHead::Broken,
        }
    }

    fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::Segment => b"INFLUXSG",
            Self::Acks => b"INFLUXAK",
        }
    }
}

impl Head {
    /// The head of what `start_frame` and `settled_frame` encode.
    fn new(first_seq: u64, count: u32, born_ms: u64, flags: u16) -> Self {
        Self { first_seq, count, born_ms, body_len: 0, body_crc: 0, route_len: 0, route_crc: 0, flags }
    }

    /// What the first [`HEAD`] bytes of `bytes` are.
    pub(super) fn parse(bytes: &[u8]) -> ParsedHead {
        Self::fields(bytes).unwrap_or(ParsedHead::Broken)
    }

    fn fields(bytes: &[u8]) -> Option<ParsedHead> {
        let bytes = bytes.get(..HEAD)?;
        if !bytes.starts_with(&HEAD_MAGIC) || u32_at(bytes, 4)? != crc32fast::hash(&bytes[8..]) {
            return None;
        }
        let head = Self {
            body_crc: u32_at(bytes, 8)?,
            body_len: u32_at(bytes, 12)?,
            first_seq: u64_at(bytes, 16)?,
            count: u32_at(bytes, 24)?,
            route_len: u16_at(bytes, 28)?,
            flags: u16_at(bytes, 30)?,
            born_ms: u64_at(bytes, 32)?,
            route_crc: u32_at(bytes, 40)?,
        };
        if head.flags & !KNOWN_FLAGS != 0 {
            return Some(ParsedHead::Version(head.flags));
        }
        head.is_sound().then_some(ParsedHead::Good(head))
    }

    /// Whether the numbers fit each other. Without, only a file that was made on purpose gets here.
    fn is_sound(&self) -> bool {
        let table = u64::from(self.count) * 4;
        let body = u64::from(self.body_len);
        // a line has its newline at least
        let body_fits = match self.is_settled() {
            true => body == 0,
            false => body >= table + u64::from(self.count) && body <= table + MAX_LINES,
        };
        self.count > 0 && body_fits && self.first_seq.checked_add(u64::from(self.count)).is_some()
    }

    fn bytes(&self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&HEAD_MAGIC);
        bytes[8..12].copy_from_slice(&self.body_crc.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.body_len.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.count.to_le_bytes());
        bytes[28..30].copy_from_slice(&self.route_len.to_le_bytes());
        bytes[30..32].copy_from_slice(&self.flags.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.born_ms.to_le_bytes());
        bytes[40..].copy_from_slice(&self.route_crc.to_le_bytes());
        let crc = crc32fast::hash(&bytes[8..]);
        bytes[4..8].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The records of the frame.
    pub(super) fn seqs(&self) -> Range<u64> {
        self.first_seq..self.first_seq.saturating_add(u64::from(self.count))
    }

    /// The size of the frame, with head and foot.
    pub(super) fn frame_len(&self) -> u64 {
        self.body_at() + u64::from(self.body_len) + FOOT as u64
    }

    /// Where the body starts, from the frame's start.
    pub(super) fn body_at(&self) -> u64 {
        HEAD as u64 + u64::from(self.route_len)
    }

    pub(super) fn is_settled(&self) -> bool {
        self.flags & SETTLED != 0
    }

    pub(super) fn is_repeatable(&self) -> bool {
        self.flags & REPEATABLE != 0
    }

    /// The foot of the frame.
    pub(super) fn foot(&self) -> [u8; FOOT] {
        let mut foot = [0; FOOT];
        foot[..4].copy_from_slice(&FOOT_MAGIC);
        foot[8..16].copy_from_slice(&self.first_seq.to_le_bytes());
        foot[16..].copy_from_slice(&self.count.to_le_bytes());
        let crc = crc32fast::hash(&foot[8..]);
        foot[4..8].copy_from_slice(&crc.to_le_bytes());
        foot
    }
}

/// Which records the frame held that ends in the first [`FOOT`] bytes of `bytes`; `None` if that is no foot.
pub(super) fn parse_foot(bytes: &[u8]) -> Option<Range<u64>> {
    let bytes = bytes.get(..FOOT)?;
    if !bytes.starts_with(&FOOT_MAGIC) || u32_at(bytes, 4)? != crc32fast::hash(&bytes[8..]) {
        return None;
    }
    let first_seq = u64_at(bytes, 8)?;
    let end = first_seq.checked_add(u64::from(u32_at(bytes, 16)?))?;
    (first_seq < end).then_some(first_seq..end)
}

/// Encodes all of a batch that stands before its lines. Behind it belong the lines, and the foot.
pub(super) fn start_frame(
    first_seq: u64,
    born_ms: u64,
    batch: &Batch,
    route: &[u8],
    into: &mut Vec<u8>,
) -> Result<Head, FormatError> {
    let lines = batch.body.len() as u64;
    let table = size_of_val(batch.ends.as_slice());
    let (Ok(count), Ok(body_len), true) =
        (u32::try_from(batch.ends.len()), u32::try_from(lines + table as u64), lines <= MAX_LINES)
    else {
        return Err(FormatError::Lines(lines));
    };
    let flags = if batch.repeatable { REPEATABLE } else { 0 };
    let mut head = Head::new(first_seq, count, born_ms, flags);
    head.body_len = body_len;
    head.route_len = u16::try_from(route.len()).map_err(|_| FormatError::Route(route.len()))?;
    head.route_crc = crc32fast::hash(route);
    into.clear();
    into.extend_from_slice(&[0; HEAD]);
    into.extend_from_slice(route);
    let body_at = into.len();
    into.reserve(table);
    for end in &batch.ends {
        into.extend_from_slice(&end.to_le_bytes());
    }
    let mut body_crc = crc32fast::Hasher::new();
    body_crc.update(&into[body_at..]);
    body_crc.update(&batch.body);
    head.body_crc = body_crc.finalize();
    into[..HEAD].copy_from_slice(&head.bytes());
    Ok(head)
}

/// Encodes all of a frame without a body but its foot: it only says that these records have their verdict.
pub(super) fn start_settled_frame(first_seq: u64, count: u32, into: &mut Vec<u8>) -> Head {
    let head = Head::new(first_seq, count, 0, SETTLED);
    into.clear();
    into.extend_from_slice(&head.bytes());
    head
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::sample::batch;

    fn encoded() -> (Head, Vec<u8>) {
        let mut bytes = Vec::new();
        let head =
            start_frame(7, 1_700_000_000_000, &batch("b", &["a f=1", "b f=2"]), b"{}", &mut bytes).unwrap();
        (head, bytes)
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let (head, bytes) = encoded();
        assert_eq!(Head::parse(&bytes), ParsedHead::Good(head.clone()));
        assert_eq!((head.seqs(), head.body_len, head.route_len), (7..9, 2 * 4 + 12, 2));
        assert_eq!(
            (head.is_repeatable(), head.is_settled(), head.frame_len()),
            (true, false, 44 + 2 + 20 + 20)
        );
        assert_eq!(parse_foot(&head.foot()), Some(7..9));
        let settled = start_settled_frame(9, 3, &mut Vec::new());
        assert_eq!(Head::parse(&settled.bytes()), ParsedHead::Good(settled.clone()));
        assert_eq!((settled.seqs(), settled.is_settled(), settled.frame_len()), (9..12, true, 44 + 20));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_of_a_head_and_a_foot_is_seen() {
        let (head, bytes) = encoded();
        let foot = head.foot();
        for at in 0..HEAD * 8 {
            let mut bytes = bytes.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            assert_eq!(Head::parse(&bytes), ParsedHead::Broken, "bit {at}");
        }
        for at in 0..FOOT * 8 {
            let mut foot = foot;
            foot[at / 8] ^= 1 << (at % 8);
            assert_eq!(parse_foot(&foot), None, "bit {at}");
        }
        assert!((0..HEAD).all(|len| Head::parse(&bytes[..len]) == ParsedHead::Broken));
        assert!((0..FOOT).all(|len| parse_foot(&foot[..len]).is_none()));
    }

    #[test]
    fn numbers_that_do_not_fit_each_other_are_no_head() {
        let (good, _) = encoded();
        // two ends of four bytes; two newlines, and 64 MiB of lines
        for body_len in [8 + 2, 8 + 67_108_864] {
            let head = Head { body_len, ..good.clone() };
            assert_eq!(Head::parse(&head.bytes()), ParsedHead::Good(head));
        }
        let cases = [
            ("no record", Head { count: 0, ..good.clone() }),
            ("fewer bytes than lines", Head { body_len: 9, ..good.clone() }),
            ("a body that is too large", Head { body_len: 8 + 67_108_865, ..good.clone() }),
            ("past the last number", Head { first_seq: u64::MAX - 1, ..good.clone() }),
            ("settled, with a body", Head { flags: SETTLED, ..good.clone() }),
        ];
        for (name, head) in cases {
            assert_eq!(Head::parse(&head.bytes()), ParsedHead::Broken, "{name}");
        }
        for (first_seq, count) in [(7, 0), (u64::MAX, 1)] {
            assert_eq!(parse_foot(&Head { first_seq, count, ..good.clone() }.foot()), None);
        }
        let newer = Head { flags: 0b101, ..good };
        assert_eq!(Head::parse(&newer.bytes()), ParsedHead::Version(0b101));
    }

    #[test]
    fn a_file_head_tells_another_version_from_damage() {
        for kind in [FileKind::Segment, FileKind::Acks] {
            let good = kind.head();
            assert_eq!(kind.check(&good), FileHead::Good);
            assert!((0..FILE_HEAD).all(|len| kind.check(&good[..len]) == FileHead::Short));
            for at in 0..FILE_HEAD * 8 {
                let mut head = good;
                head[at / 8] ^= 1 << (at % 8);
                assert_eq!(kind.check(&head), FileHead::Broken, "bit {at}");
            }
            let mut newer = good;
            newer[8] = 2;
            let crc = crc32fast::hash(&newer[..12]);
            newer[12..].copy_from_slice(&crc.to_le_bytes());
            assert_eq!(kind.check(&newer), FileHead::Version(2));
        }
        assert_eq!(FileKind::Segment.check(&FileKind::Acks.head()), FileHead::Broken);
        assert_eq!(FileKind::Segment.check(b"x"), FileHead::Broken);
    }

    #[test]
    fn what_is_too_large_for_a_frame_is_refused() {
        let mut into = Vec::new();
        let batch = batch("b", &["a f=1"]);
        let route = vec![b' '; 65_536];
        assert_eq!(start_frame(0, 0, &batch, &route, &mut into), Err(FormatError::Route(65_536)));
        let large = Batch { body: vec![b' '; MAX_LINES as usize + 1].into(), ..batch };
        assert_eq!(start_frame(0, 0, &large, b"", &mut into), Err(FormatError::Lines(MAX_LINES + 1)));
    }
}

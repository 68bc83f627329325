//! The way through a segment, from frame to frame, over whatever is wrong in it.

use std::io;
use std::ops::Range;

use super::format::{FILE_HEAD, FOOT, HEAD, HEAD_MAGIC, Head, ParsedHead, parse_foot};
use super::io::{SpoolFile, read_full};

/// A place in a segment. It holds a window of the file, however large a frame or a hole is.
#[derive(Debug)]
pub(super) struct Walk {
    window: Window,
    at: u64,
}

/// What stands at a place in a segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A frame with a good head; [`Walk::pass`] goes behind it.
    Frame(Head),
    /// A frame with a good head, and the file ends in it.
    CutShort(Head),
    /// Bytes that are wrong, up to a foot that says which records they held. They are passed over.
    Named(Range<u64>),
    /// Bytes that are wrong. They are passed over.
    Damage,
    /// A frame with flags that this version does not know.
    Version(u16),
    /// The file ends here, or so shortly behind that it was cut short.
    End,
}

impl Walk {
    pub(super) fn new(file: Box<dyn SpoolFile>) -> Self {
        Self { window: Window { file, bytes: Vec::new(), start: 0 }, at: FILE_HEAD as u64 }
    }

    /// What stands here. `len` is where the segment ends: nothing is read from there on.
    pub(super) fn step(&mut self, len: u64) -> io::Result<Step> {
        let bytes = self.window.get(self.at, HEAD, len)?;
        match Head::parse(bytes) {
            ParsedHead::Good(head) if len.saturating_sub(self.at) < head.frame_len() => {
                Ok(Step::CutShort(head))
            }
            ParsedHead::Good(head) => Ok(Step::Frame(head)),
            ParsedHead::Version(flags) => Ok(Step::Version(flags)),
            ParsedHead::Broken => {
                let begun =
                    bytes.len() < HEAD && bytes.iter().zip(HEAD_MAGIC).all(|(byte, magic)| *byte == magic);
                if begun { Ok(Step::End) } else { self.scan(len) }
            }
        }
    }

    /// Goes behind the frame with this head, which stands here.
    pub(super) fn pass(&mut self, head: &Head) {
        self.at = self.at.saturating_add(head.frame_len());
    }

    /// The route of the frame with this head, which stands here; `None` if it is not as it was written.
    pub(super) fn route(&mut self, head: &Head, len: u64) -> io::Result<Option<&[u8]>> {
        let route_len = usize::from(head.route_len);
        let bytes = self.window.get(self.at, HEAD + route_len, len)?;
        let route = bytes.get(HEAD..HEAD + route_len);
        Ok(route.filter(|route| crc32fast::hash(route) == head.route_crc))
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Looks for the next foot or head, byte by byte, and once for each byte.
    fn scan(&mut self, len: u64) -> io::Result<Step> {
        let mut from = self.at + 1;
        loop {
            let bytes = self.window.get(from, HEAD, len)?;
            if bytes.len() < FOOT {
                self.at = len;
                return Ok(Step::Damage);
            }
            let Some(skipped) = bytes.iter().position(|byte| *byte == HEAD_MAGIC[0]) else {
                from += bytes.len() as u64;
                continue;
            };
            from += skipped as u64;
            let bytes = self.window.get(from, HEAD, len)?;
            if let Some(seqs) = parse_foot(bytes) {
                self.at = from + FOOT as u64;
                return Ok(Step::Named(seqs));
            }
            if Head::parse(bytes) != ParsedHead::Broken {
                self.at = from;
                return Ok(Step::Damage);
            }
            from += 1;
        }
    }
}

/// Some bytes of a file, so that neighbours are read together.
#[derive(Debug)]
struct Window {
    file: Box<dyn SpoolFile>,
    bytes: Vec<u8>,
    start: u64,
}

/// How much is read at once, in bytes: many heads of small frames, and not much more than one head of a large frame.
const WINDOW: usize = 32 * 1024;

impl Window {
    /// The bytes from `at` on: at least `wanted` of them, unless the file or the part of it up to `len` ends before.
    fn get(&mut self, at: u64, wanted: usize, len: u64) -> io::Result<&[u8]> {
        let left = usize::try_from(len.saturating_sub(at)).unwrap_or(usize::MAX);
        let held = at
            .checked_sub(self.start)
            .and_then(|skip| self.bytes.len().checked_sub(usize::try_from(skip).ok()?));
        if held.is_none_or(|held| held < wanted.min(left)) {
            self.bytes.resize(wanted.max(WINDOW).min(left), 0);
            self.start = at;
            let read = read_full(&mut *self.file, at, &mut self.bytes);
            // what was not read is not there, also after an error
            self.bytes.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        let skip = usize::try_from(at - self.start).unwrap_or(usize::MAX);
        let bytes = self.bytes.get(skip..).unwrap_or_default();
        Ok(bytes.get(..left).unwrap_or(bytes))
    }
}

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
        let mut from = self.at;
        loop {
            let bytes = self.window.get(from, HEAD, len)?;
            if bytes.len() < FOOT {
                self.at = len;
                return Ok(Step::Damage);
            }
            // a hole may be long: `contains` looks at several bytes at a time
            let possible = bytes.contains(&HEAD_MAGIC[0]).then_some(bytes);
            let skipped = possible.and_then(|bytes| bytes.iter().position(|byte| *byte == HEAD_MAGIC[0]));
            let Some(skipped) = skipped else {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::format::{FOOT_MAGIC, start_frame, start_settled_frame};
    use crate::write::spool::io::SpoolIo;
    use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
    use crate::write::spool::sample::batch;

    /// A frame of one record without a body.
    fn frame(seq: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let head = start_settled_frame(seq, 1, &mut bytes);
        bytes.extend_from_slice(&head.foot());
        bytes
    }

    /// The steps through a file with these bytes behind its head, in a word each, and how many bytes were read.
    fn steps(bytes: &[u8], reads_at_most: Option<usize>) -> (Vec<String>, u64) {
        let disk = MemoryDisk::new();
        disk.set_most(reads_at_most);
        disk.put("s", &[&[0; FILE_HEAD], bytes].concat());
        let mut walk = Walk::new(disk.read("s").unwrap());
        let (mut steps, len) = (Vec::new(), (FILE_HEAD + bytes.len()) as u64);
        loop {
            let step = walk.step(len).unwrap();
            steps.push(match &step {
                Step::Frame(head) => format!("{}", head.first_seq),
                Step::CutShort(head) => format!("cut {}", head.first_seq),
                Step::Named(seqs) => format!("named {}", seqs.start),
                other => format!("{other:?}"),
            });
            match step {
                Step::Frame(head) => walk.pass(&head),
                Step::Named(_) | Step::Damage => {}
                _ => return (steps, disk.bytes_read()),
            }
        }
    }

    #[test]
    fn the_way_leads_over_whatever_is_wrong() {
        let flipped = |seq, at: usize| {
            let mut frame = frame(seq);
            frame[at] ^= 1;
            frame
        };
        let (one, two) = (frame(1), frame(2));
        let cases: [(&str, Vec<u8>, &[&str]); 17] = [
            ("nothing", vec![], &["End"]),
            ("frames", [&one[..], &two].concat(), &["1", "2", "End"]),
            ("a bad magic", [&flipped(1, 0)[..], &two].concat(), &["named 1", "2", "End"]),
            ("a bad head", [&flipped(1, 20)[..], &two].concat(), &["named 1", "2", "End"]),
            ("a bad head at the end", [&one[..], &flipped(2, 20)].concat(), &["1", "named 2", "End"]),
            ("a bad foot", [&flipped(1, 60)[..], &two].concat(), &["1", "2", "End"]),
            ("a torn head", [&one[..], &two[..43]].concat(), &["1", "End"]),
            ("three bytes", [&one[..], &two[..3]].concat(), &["1", "End"]),
            ("a head alone", [&one[..], &two[..44]].concat(), &["1", "cut 2"]),
            ("a bad head alone", [&one[..], &flipped(2, 20)[..44]].concat(), &["1", "Damage", "End"]),
            ("a foot in between", [&one[..], &frame(3)[44..], &two].concat(), &["1", "named 3", "2", "End"]),
            ("a foot at the end", [&one[..], &two[44..]].concat(), &["1", "named 2", "End"]),
            ("a torn foot", [&one[..], &two[..63]].concat(), &["1", "cut 2"]),
            ("zeros at the end", [&one[..], &[0; 100_000]].concat(), &["1", "Damage", "End"]),
            ("a hole of zeros", [&one[..], &[0; 100_000], &two].concat(), &["1", "Damage", "2", "End"]),
            ("half a head", [&one[22..], &two].concat(), &["named 1", "2", "End"]),
            ("half a foot", [&one[54..], &two].concat(), &["Damage", "2", "End"]),
        ];
        for (name, bytes, expected) in cases {
            for most in [None, Some(7)] {
                assert_eq!(steps(&bytes, most).0, expected, "{name}, {most:?} bytes at once");
            }
        }
    }

    #[test]
    fn garbage_is_read_once_however_much_it_looks_like_frames() {
        let good = frame(1);
        let mut head = frame(2);
        head[40] ^= 1;
        let mut feet = good[44..].to_vec();
        feet[10] ^= 1;
        for pattern in [&HEAD_MAGIC[..], &FOOT_MAGIC, &[0xFF], &head[..44], &feet] {
            let mut bytes: Vec<u8> = pattern.iter().copied().cycle().take(500_000).collect();
            bytes.extend_from_slice(&good);
            let (steps, read) = steps(&bytes, None);
            assert_eq!(steps, ["Damage", "1", "End"]);
            assert!(read < 600_000, "{read}");
        }
    }

    #[test]
    fn a_walk_holds_a_window_of_a_large_file() {
        let disk = MemoryDisk::new();
        disk.put("s", &vec![0xFF; 1_000_000]);
        let mut walk = Walk::new(disk.read("s").unwrap());
        assert_eq!(walk.step(1_000_000).unwrap(), Step::Damage);
        assert_eq!(walk.step(1_000_000).unwrap(), Step::End);
        assert!(walk.window.bytes.capacity() <= 2 * WINDOW, "{}", walk.window.bytes.capacity());
    }

    #[test]
    fn what_is_held_is_not_read_again() {
        let disk = MemoryDisk::new();
        disk.put("s", &[7; 10]);
        let mut window = Window { file: disk.read("s").unwrap(), bytes: Vec::new(), start: 0 };
        assert_eq!(window.get(0, 4, 10).unwrap(), [7; 10]);
        disk.fail(Call::Read, 0..u64::MAX, Fault::Broken);
        for (at, wanted, held) in [(0, 10, 10), (4, 6, 6), (4, 100, 6), (10, 4, 0)] {
            assert_eq!(window.get(at, wanted, 10).unwrap().len(), held, "{wanted} bytes from {at} on");
        }
    }

    #[test]
    fn small_frames_are_read_together() {
        let disk = MemoryDisk::new();
        let frames: Vec<u8> = (0..10_000).flat_map(frame).collect();
        disk.put("s", &[&[0; FILE_HEAD], &frames[..]].concat());
        let mut walk = Walk::new(disk.read("s").unwrap());
        // 640 kB
        disk.fail(Call::Read, 24..u64::MAX, Fault::Broken);
        let len = (FILE_HEAD + frames.len()) as u64;
        let mut seen = 0;
        while let Step::Frame(head) = walk.step(len).unwrap() {
            walk.pass(&head);
            seen += 1;
        }
        assert_eq!(seen, 10_000);
    }

    #[test]
    fn a_route_is_whole_wherever_the_window_ends() {
        for (route_len, pad) in (0..64).map(|pad| (1, pad)).chain([(60_000, 0), (60_000, 40)]) {
            let mut bytes = vec![0; FILE_HEAD];
            // without a route a frame has 74 bytes: the last one starts where the first window ends
            for (route_len, frames) in [(pad, 1), (0, WINDOW / 74 - 1), (route_len, 1)] {
                for _ in 0..frames {
                    let (mut start, line) = (Vec::new(), batch("b", &["a f=1"]));
                    let head = start_frame(1, 0, &line, &vec![b'r'; route_len], &mut start).unwrap();
                    bytes.extend([&start[..], &line.body, &head.foot()].concat());
                }
            }
            let disk = MemoryDisk::new();
            disk.put("s", &bytes);
            let (mut walk, len) = (Walk::new(disk.read("s").unwrap()), bytes.len() as u64);
            let mut last = None;
            while let Step::Frame(head) = walk.step(len).unwrap() {
                last = walk.route(&head, len).unwrap().map(<[u8]>::len);
                walk.pass(&head);
            }
            assert_eq!(last, Some(route_len), "{pad} more bytes before");
        }
    }

    #[test]
    fn what_is_not_there_yet_is_not_remembered() {
        let disk = MemoryDisk::new();
        let one = frame(1);
        disk.put("s", &[&[0; FILE_HEAD][..], &one, &[0; 64]].concat());
        let mut walk = Walk::new(disk.read("s").unwrap());
        let mut file = disk.open("s").unwrap();
        let len = (FILE_HEAD + one.len()) as u64;
        let Step::Frame(head) = walk.step(len).unwrap() else { panic!() };
        walk.pass(&head);
        assert_eq!(walk.step(len).unwrap(), Step::End);
        file.write_at(len, &frame(2)).unwrap();
        assert!(matches!(walk.step(len + 64).unwrap(), Step::Frame(head) if head.first_seq == 2));
    }
}

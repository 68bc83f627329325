//! What the thread that writes the spool and those who read it share: which segments there are, and what is settled.

use std::collections::BTreeMap;
use std::io;
use std::ops::{Bound, Range};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::format::Head;
use super::io::{SpoolFile, SpoolIo, read_full};
use super::ranges::Ranges;
use crate::line::Precision;
use crate::write::batch::Batch;
use crate::write::{Destination, Part};

/// The segments, and which records have their verdict.
#[derive(Debug)]
pub(crate) struct Shelf {
    io: Arc<dyn SpoolIo>,
    state: Mutex<State>,
    /// Readers stay below.
    committed: AtomicU64,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// By their first sequence number.
    pub(super) segments: BTreeMap<u64, Segment>,
    /// Changed by nobody but the log's owner, who has a handle of his own while he writes it down: that takes no lock.
    pub(super) settled: Arc<Ranges>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// The size of the file in bytes; of the one that is written to, of its whole frames.
    pub(super) len: u64,
    /// Behind the last sequence number that belongs into it; `None` while it is written to.
    pub(super) end: Option<u64>,
    pub(super) damage: Damage,
}

/// Whether bytes of a segment are there and wrong, so that it is put aside in place of being removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    None,
    Found,
    /// And the log of acks says so.
    Noted,
}

/// Where a sequence number is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum View {
    Segment {
        first: u64,
        len: u64,
        end: Option<u64>,
    },
    /// In no segment; nor are those behind it, up to this one.
    Gap(u64),
}

/// Where a frame is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(super) segment: u64,
    /// Where the frame starts in the file.
    pub(super) at: u64,
    pub(super) head: Head,
    pub(super) destination: Arc<Destination>,
    pub(super) precision: Precision,
}

/// Why the lines of a frame cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// They are lost.
    #[error("{file}, byte {at}: {what}; the records {}..{} are lost", .seqs.start, .seqs.end)]
    Corrupt { file: String, at: u64, seqs: Range<u64>, what: &'static str },
    /// Trying again may help.
    #[error("{file} cannot be read")]
    Io { file: String, source: io::Error },
}

impl Damage {
    /// It holds damage, whether that is noted or not.
    pub(super) fn found(self) -> Self {
        if self == Self::None { Self::Found } else { self }
    }
}

impl Place {
    /// The records of the frame.
    pub(crate) fn seqs(&self) -> Range<u64> {
        self.head.seqs()
    }

    pub(crate) fn destination(&self) -> &Arc<Destination> {
        &self.destination
    }

    /// When its first record was written, in milliseconds since 1970.
    pub(crate) fn born_ms(&self) -> u64 {
        self.head.born_ms
    }

    /// Of the lines of the frame, which were loaded, those that are left: these numbers of its own.
    pub(crate) fn part(&self, batch: Arc<Batch>, left: &Ranges) -> Part {
        let (whole, seqs) = (Part::whole(batch), self.seqs());
        match left.contains(&seqs) {
            true => whole,
            false => whole.pick(left.iter().flatten().map(|seq| (seq - seqs.start) as usize)),
        }
    }
}

/// The name of the segment that starts with this sequence number.
pub(super) fn segment_name(first_seq: u64) -> String {
    format!("seg-{first_seq:020}.log")
}

impl Shelf {
    pub(super) fn new(io: Arc<dyn SpoolIo>, state: State, committed: u64) -> Self {
        Self { io, state: Mutex::new(state), committed: AtomicU64::new(committed) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_free(&self) -> bool {
        self.state.try_lock().is_ok()
    }

    /// Readers may read what is below: it is written, and nobody will take it back.
    pub(crate) fn commit(&self, seq: u64) {
        self.committed.store(seq, Ordering::Release);
    }

    /// What readers stay below.
    pub(crate) fn committed(&self) -> u64 {
        self.committed.load(Ordering::Acquire)
    }

    pub(super) fn view(&self, seq: u64) -> View {
        let state = self.state();
        match state.segments.range(..=seq).next_back() {
            Some((first, segment)) if segment.end.is_none_or(|end| seq < end) => {
                View::Segment { first: *first, len: segment.len, end: segment.end }
            }
            _ => {
                let mut behind = state.segments.range((Bound::Excluded(seq), Bound::Unbounded));
                View::Gap(behind.next().map_or(u64::MAX, |(first, _)| *first))
            }
        }
    }

    pub(super) fn read(&self, segment: u64) -> io::Result<Box<dyn SpoolFile>> {
        self.io.read(&segment_name(segment))
    }

    /// Bytes of a segment are there and wrong.
    pub(super) fn found_damage(&self, segment: u64) {
        if let Some(segment) = self.state().segments.get_mut(&segment) {
            segment.damage = segment.damage.found();
        }
    }

    /// The lines of a frame are given up though nobody could read them: their segment is kept when all of it is settled.
    pub(crate) fn put_aside(&self, place: &Place) {
        self.found_damage(place.segment);
    }

    /// Reads the lines of a frame, and checks them.
    ///
    /// # Errors
    ///
    /// The bytes are not those that were written, or the file cannot be read.
    pub(crate) fn load(&self, place: &Place) -> Result<Arc<Batch>, LoadError> {
        let file = segment_name(place.segment);
        let read = match self.io.read(&file) {
            Ok(opened) => read_body(opened, place),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Err("the file is gone")),
            Err(error) => Err(error),
        };
        match read {
            Ok(Ok(batch)) => Ok(Arc::new(batch)),
            Ok(Err(what)) => {
                self.found_damage(place.segment);
                Err(LoadError::Corrupt { file, at: place.at, seqs: place.seqs(), what })
            }
            Err(source) => Err(LoadError::Io { file, source }),
        }
    }
}

/// Reads the body of a frame, or says what is wrong with it. A place is only made of a frame that its file has room
/// for, so that a head asks for no more memory than there are bytes on the disk.
fn read_body(mut file: Box<dyn SpoolFile>, place: &Place) -> io::Result<Result<Batch, &'static str>> {
    let head = &place.head;
    let mut at = place.at.saturating_add(head.body_at());
    let mut crc = crc32fast::Hasher::new();

    let mut ends = Vec::with_capacity(head.count as usize);
    let table = head.count as usize * 4;
    let mut piece = vec![0; table.min(TABLE_PIECE)];
    while ends.len() * 4 < table {
        let piece_len = piece.len().min(table - ends.len() * 4);
        let piece = &mut piece[..piece_len];
        // where the table is cut short, the lines behind it are, too
        read_full(&mut *file, at, piece)?;
        crc.update(piece);
        ends.extend(piece.as_chunks().0.iter().map(|end| u32::from_le_bytes(*end)));
        at += piece_len as u64;
    }

    let mut lines = vec![0; (head.body_len as usize).saturating_sub(table)];
    if read_full(&mut *file, at, &mut lines)? < lines.len() {
        return Ok(Err("the file ends in the frame"));
    }
    crc.update(&lines);
    if crc.finalize() != head.body_crc {
        return Ok(Err("the lines are not those that were written"));
    }
    if !is_whole(&ends, &lines) {
        return Ok(Err("the frame does not consist of lines"));
    }
    Ok(Ok(Batch {
        destination: Arc::clone(&place.destination),
        precision: place.precision,
        body: lines.into(),
        ends,
        repeatable: head.is_repeatable(),
    }))
}

/// How many bytes of a table of ends are read at once; a multiple of four.
const TABLE_PIECE: usize = 65_536;

/// Whether these are texts with newlines, one behind the other.
fn is_whole(ends: &[u32], lines: &[u8]) -> bool {
    let mut start = 0;
    let all_end = ends.iter().all(|end| {
        let end = *end as usize;
        let ends_so = start < end && lines.get(end - 1) == Some(&b'\n');
        start = end;
        ends_so
    });
    all_end && start == lines.len() && std::str::from_utf8(lines).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::cursor::{Cursor, Found};
    use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
    use crate::write::spool::sample::{batch, open, three_frames};

    fn first_place(shelf: &Arc<Shelf>) -> Place {
        match Cursor::new(Arc::clone(shelf), 0).next().unwrap() {
            Some(Found::Frame(place)) => place,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_batch_comes_back_as_it_was() {
        let disk = MemoryDisk::new();
        let mut log = open(&disk);
        let many = vec!["m f=\"\u{1F600}\""; 40_000];
        let mut written = batch("b", &many);
        (written.precision, written.repeatable) = (Precision::Seconds, false);
        log.append(&written, 5).unwrap();
        log.shelf().commit(log.next_seq());
        let place = first_place(&log.shelf());
        let read = log.shelf().load(&place).unwrap();
        assert_eq!((&read.body, &read.ends), (&written.body, &written.ends));
        assert_eq!(read.destination, written.destination);
        assert_eq!((read.precision, read.repeatable), (Precision::Seconds, false));
    }

    #[test]
    fn what_does_not_consist_of_lines_is_refused_although_its_checksum_is_right() {
        let cases: [(&str, &[u32], &[u8]); 8] = [
            ("no newline", &[3], b"a f"),
            ("an end in the middle of a line", &[2, 4], b"a f\n"),
            ("ends that do not ascend", &[4, 4, 8], b"a f\nb f\n"),
            ("ends that descend", &[4, 2], b"a\nf\n"),
            ("lines behind the last end", &[2], b"a\nf\n"),
            ("an end behind the lines", &[2, 9], b"a\nf\n"),
            ("an end that is far behind", &[2, u32::MAX], b"a\nf\n"),
            ("no UTF-8", &[2], b"\xFF\n"),
        ];
        for (name, ends, lines) in cases {
            let disk = MemoryDisk::new();
            let mut log = open(&disk);
            let wrong = Batch { ends: ends.to_vec(), body: lines.to_vec().into(), ..batch("b", &[]) };
            log.append(&wrong, 0).unwrap();
            log.shelf().commit(log.next_seq());
            let place = first_place(&log.shelf());
            let error = log.shelf().load(&place).unwrap_err();
            assert!(matches!(&error, LoadError::Corrupt { at: 16, .. }), "{name}: {error}");
            assert_eq!(log.shelf().state().segments[&0].damage, Damage::Found, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_gone_or_cut_is_corrupt_and_one_that_cannot_be_read_is_not() {
        let disk = MemoryDisk::new();
        let log = three_frames(&disk);
        log.shelf().commit(6);
        let (shelf, place) = (log.shelf(), first_place(&log.shelf()));
        disk.fail(Call::Read, 0..1, Fault::Broken);
        let error = shelf.load(&place).unwrap_err();
        assert_eq!(error.to_string(), "seg-00000000000000000000.log cannot be read");
        assert_eq!(shelf.state().segments[&0].damage, Damage::None);
        assert_eq!(shelf.load(&place).unwrap().lines(), 2);
        // within the lines, and within the table of their ends
        for len in [100, 90] {
            disk.truncate(&segment_name(0), len);
            let error = shelf.load(&place).unwrap_err().to_string();
            let expected = "seg-00000000000000000000.log, byte 16: the file ends in the frame; the records 0..2 are lost";
            assert_eq!(error, expected, "{len} bytes");
        }
        disk.remove(&segment_name(0)).unwrap();
        let error = shelf.load(&place).unwrap_err().to_string();
        assert!(error.contains("the file is gone"), "{error}");
    }

    #[test]
    fn a_segment_whose_lines_are_given_up_is_put_aside() {
        let disk = MemoryDisk::new();
        let mut log = three_frames(&disk);
        log.shelf().commit(6);
        log.shelf().put_aside(&first_place(&log.shelf()));
        log.settle(0..6);
        log.close().unwrap();
        assert!(disk.contents().contains_key("seg-00000000000000000000.log.corrupt"));
    }

    #[test]
    fn a_number_is_in_a_segment_or_in_a_gap() {
        let segment = |end| Segment { len: 9, end, damage: Damage::None };
        let segments = [(5, Some(10)), (10, Some(10)), (20, None)].map(|(first, end)| (first, segment(end)));
        let state = State { segments: segments.into(), settled: Arc::default() };
        let shelf = Shelf::new(Arc::new(MemoryDisk::new()), state, 0);
        for (seq, expected) in [
            (0, Err(5)),
            (4, Err(5)),
            (5, Ok(5)),
            (9, Ok(5)),
            (10, Err(20)),
            (19, Err(20)),
            (20, Ok(20)),
            (99, Ok(20)),
        ] {
            let found = match shelf.view(seq) {
                View::Segment { first, .. } => Ok(first),
                View::Gap(end) => Err(end),
            };
            assert_eq!(found, expected, "{seq}");
        }
    }
}

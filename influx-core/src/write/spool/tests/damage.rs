//! A segment that was cut or changed, with one behind it: every length, every bit. (Alone: the tests of the cursor.)

use crate::write::spool::memory_disk::MemoryDisk;
use crate::write::spool::sample::{THREE_FRAMES, batch, contents, open, three_frames};

const FIRST: &str = "seg-00000000000000000000.log";
const LAST: &str = "c 6..7 c f=7";

/// Whether a segment goes from head to head as far as there are any: read here without the code that is tested. Bodies
/// may be wrong, as those of records that have their verdict are not read again, and so may be what stands behind the
/// last frame before `end`: it was never taken into the log, or its loss was told.
pub(super) fn is_readable(bytes: &[u8], end: u64) -> bool {
    if bytes.len() >= 16 && !bytes.starts_with(b"INFLUXSG\x01\0\0\0") {
        return false;
    }
    let mut at = 16;
    while let Some(len) = frame_len(bytes, at) {
        at += len;
    }
    let first_seq = |at: usize| u64::from_le_bytes(bytes[at + 16..at + 24].try_into().unwrap());
    (at..bytes.len()).all(|at| frame_len(bytes, at).is_none() || first_seq(at) >= end)
}

/// The length of the frame that starts at `at`, if its head is good.
fn frame_len(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at + 44)?;
    let u32_at = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
    let route_len = u16::from_le_bytes(head[28..30].try_into().unwrap());
    let good = head.starts_with(&[0xFF, 0xF6, 0xFA, 0xF5]) && u32_at(4) == crc32fast::hash(&head[8..]);
    good.then(|| 44 + usize::from(route_len) + u32_at(12) as usize + 20)
}

/// Three frames in a segment, and one in the next; also the bytes of the first.
fn two_segments() -> (MemoryDisk, Vec<u8>) {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut log = open(&disk);
    log.append(&batch("c", &["c f=7"]), 0).unwrap();
    log.sync().unwrap();
    let bytes = disk.contents().remove(FIRST).unwrap();
    (disk, bytes)
}

/// What is found when the first segment consists of these bytes, and whether it is put aside when all is settled.
fn found(good: &MemoryDisk, bytes: &[u8]) -> (Vec<String>, bool) {
    let disk = MemoryDisk::new();
    good.contents().iter().for_each(|(name, bytes)| disk.put(name, bytes));
    disk.put(FIRST, bytes);
    let mut log = open(&disk);
    assert_eq!((log.next_seq(), log.unsettled().total()), (7, 7));
    let mut found = contents(&log);
    assert_eq!(contents(&open(&disk)), found, "found when it is opened again");
    assert_eq!(disk.take_made(), []);
    assert_eq!(found.pop().as_deref(), Some(LAST));

    log.settle(0..7);
    log.close().unwrap();
    let mut files = disk.contents();
    assert!(files.remove("acks.log").is_some());
    let aside = files.remove(&format!("{FIRST}.corrupt"));
    assert!(files.is_empty() && aside.as_ref().is_none_or(|aside| aside == bytes), "{files:?}");
    let again = open(&disk);
    assert_eq!((again.next_seq(), contents(&again), again.unsettled().total()), (7, vec![], 0));
    (found, aside.is_some())
}

#[test]
fn a_cut_loses_exactly_what_is_behind_it_and_the_next_segment_is_whole() {
    let (disk, bytes) = two_segments();
    let mut at = 16;
    let ends: Vec<_> = std::iter::from_fn(|| {
        at += frame_len(&bytes, at)?;
        Some(at)
    })
    .collect();
    assert_eq!(ends.len(), 3);
    for len in 0..=bytes.len() {
        let whole = ends.iter().filter(|end| **end <= len).count();
        let mut expected: Vec<_> = THREE_FRAMES[..whole].iter().map(ToString::to_string).collect();
        expected.extend([0, 2, 3].get(whole).map(|first| format!("lost {first}..6")));
        assert_eq!(found(&disk, &bytes[..len]), (expected, false), "{len} bytes");
    }
}

#[test]
fn a_flipped_bit_loses_its_frame_alone_and_the_segment_is_put_aside() {
    let (disk, bytes) = two_segments();
    let mut losses = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let (found, aside) = found(&disk, &flipped);
        let lost: Vec<_> = (0..3)
            .filter(|frame| found.get(*frame).map(String::as_str) != Some(THREE_FRAMES[*frame]))
            .collect();
        assert_eq!(found.len(), 3, "bit {bit}: {found:?}");
        for frame in &lost {
            let seqs = ["0..2", "2..3", "3..6"][*frame];
            let told = [format!("lost {seqs}"), format!("corrupt {seqs}")];
            assert!(lost.len() == 1 && told.contains(&found[*frame]), "bit {bit}: {found:?}");
        }
        // what is read knows nothing of the foot of a frame that is whole
        assert!(aside || lost.is_empty(), "bit {bit}: {found:?}");
        losses += lost.len();
    }
    assert_eq!(losses, (bytes.len() - 16 - 3 * 20) * 8);
}

#[test]
fn what_is_no_segment_is_lost_whole_and_kept() {
    let (disk, bytes) = two_segments();
    // the length of the first body, of which the checksum is right again
    let absurd = |len: u32| {
        let mut bytes = bytes.clone();
        bytes[28..32].copy_from_slice(&len.to_le_bytes());
        let crc = crc32fast::hash(&bytes[24..60]);
        bytes[20..24].copy_from_slice(&crc.to_le_bytes());
        bytes
    };
    let big_endian: Vec<u8> = bytes.chunks(4).flat_map(|four| four.iter().rev().copied()).collect();
    let rest = [THREE_FRAMES[1].to_owned(), THREE_FRAMES[2].to_owned()];
    let first_lost = [&["lost 0..2".to_owned()][..], &rest].concat();
    let all_lost = vec!["lost 0..6".to_owned()];
    let cases = [
        ("no byte", Vec::new(), all_lost.clone(), false),
        ("zeros", vec![0; 4096], all_lost.clone(), true),
        ("another file", b"hello, this is no segment of a spool\n".repeat(9), all_lost.clone(), true),
        ("the other order of bytes", big_endian, all_lost.clone(), true),
        ("a body of 4 GiB", absurd(u32::MAX), first_lost, true),
        // as if the file ended in its first frame
        ("a body of 64 MiB", absurd(64 << 20), all_lost, false),
    ];
    for (name, bytes, lost, aside) in cases {
        assert_eq!(found(&disk, &bytes), (lost, aside), "{name}");
    }
}

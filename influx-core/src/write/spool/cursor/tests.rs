use super::*;
use crate::write::spool::format::{FILE_HEAD, FOOT, HEAD, start_settled_frame};
use crate::write::spool::io::SpoolIo;
use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
use crate::write::spool::sample::{THREE_FRAMES, batch, contents, drain, open, three_frames};
use crate::write::spool::shelf::Damage;

const SEGMENT: &str = "seg-00000000000000000000.log";

#[test]
fn frames_come_back_in_order_across_openings() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.shelf().commit(log.next_seq());
    assert_eq!(contents(&log), THREE_FRAMES);
    for opening in 0..3 {
        log = open(&disk);
        assert_eq!((log.next_seq(), log.unsettled().total()), (6, 6), "opening {opening}");
        assert_eq!(contents(&log), THREE_FRAMES, "opening {opening}");
    }
    log.append(&batch("c", &["c f=7"]), 0).unwrap();
    assert_eq!(contents(&open(&disk)), [&THREE_FRAMES[..], &["c 6..7 c f=7"]].concat());
}

#[test]
fn a_cursor_stays_below_what_is_committed_and_goes_on_when_it_grows() {
    let disk = MemoryDisk::new();
    let log = three_frames(&disk);
    let mut cursor = Cursor::new(log.shelf(), 0);
    let mut seen = Vec::new();
    for committed in [0, 2, 2, 3, 6] {
        log.shelf().commit(committed);
        seen.push(drain(&log.shelf(), &mut cursor));
    }
    let [a, b, c] = THREE_FRAMES.map(|frame| vec![frame.to_owned()]);
    assert_eq!(seen, [vec![], a, vec![], b, c]);
}

#[test]
fn a_cursor_starts_with_the_frame_that_holds_its_first_record() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    for (from, frames) in [(0, 0..3), (1, 0..3), (2, 1..3), (3, 2..3), (5, 2..3), (6, 3..3), (u64::MAX, 3..3)]
    {
        let log = open(&disk);
        let found = drain(&log.shelf(), &mut Cursor::new(log.shelf(), from));
        assert_eq!(found, THREE_FRAMES[frames], "from {from}");
        // frames before are no damage
        assert_eq!(log.shelf().state().segments[&0].damage, Damage::None, "from {from}");
    }
}

#[test]
fn every_cut_of_a_segment_keeps_the_whole_frames_and_counts_a_frame_whose_head_is_there() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let bytes = disk.contents().remove(SEGMENT).unwrap();
    // where each frame's head ends, where it ends, and where its records end
    let mut frames = Vec::new();
    let mut walk = Walk::new(SpoolIo::read(&disk, SEGMENT).unwrap());
    while let Step::Frame(head) = walk.step(bytes.len() as u64).unwrap() {
        let start = walk.at() as usize;
        walk.pass(&head);
        frames.push((start + HEAD, walk.at() as usize, head.seqs()));
    }
    assert_eq!(frames.len(), 3);
    for len in 0..=bytes.len() {
        disk.truncate(SEGMENT, len);
        let whole = frames.iter().filter(|(_, end, _)| *end <= len).count();
        let mut expected: Vec<_> = THREE_FRAMES[..whole].iter().map(|frame| frame.to_string()).collect();
        let begun = frames.get(whole).filter(|(head, ..)| *head <= len);
        expected.extend(begun.map(|(.., seqs)| format!("lost {seqs:?}")));
        for _ in 0..2 {
            assert_eq!(contents(&open(&disk)), expected, "{len} bytes");
        }
        let mut log = open(&disk);
        let next = log.next_seq();
        log.append(&batch("c", &["c f=7"]), 0).unwrap();
        expected.push(format!("c {next}..{} c f=7", next + 1));
        assert_eq!(contents(&open(&disk)), expected, "{len} bytes, and one more frame");
        for name in disk.contents().into_keys() {
            SpoolIo::remove(&disk, &name).unwrap();
        }
        disk.put(SEGMENT, &bytes);
    }
}

#[test]
fn every_flipped_bit_loses_the_records_of_its_frame_and_no_other() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let len = disk.contents()[SEGMENT].len();
    let mut intact = 0;
    for bit in 0..len * 8 {
        disk.flip(SEGMENT, bit / 8, (bit % 8) as u8);
        let found = contents(&open(&disk));
        assert_eq!(found, contents(&open(&disk)), "bit {bit}");
        assert_eq!(found.len(), 3, "bit {bit}: {found:?}");
        let wrong: Vec<_> = (0..3).filter(|frame| found[*frame] != THREE_FRAMES[*frame]).collect();
        assert!(wrong.len() <= 1, "bit {bit}: {found:?}");
        for frame in &wrong {
            let seqs = ["0..2", "2..3", "3..6"][*frame];
            assert!(
                [format!("lost {seqs}"), format!("corrupt {seqs}")].contains(&found[*frame]),
                "{bit}: {found:?}"
            );
        }
        intact += usize::from(wrong.is_empty());
        disk.flip(SEGMENT, bit / 8, (bit % 8) as u8);
    }
    // only the file's head and the feet of frames are not needed
    assert_eq!(intact, (FILE_HEAD + 3 * FOOT) * 8);
}

/// The bytes of [`three_frames`], and where each frame starts and the last one ends.
fn three_frames_apart() -> (Vec<u8>, Vec<usize>) {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let bytes = disk.contents().remove(SEGMENT).unwrap();
    let mut walk = Walk::new(SpoolIo::read(&disk, SEGMENT).unwrap());
    let mut starts = vec![FILE_HEAD];
    while let Step::Frame(head) = walk.step(bytes.len() as u64).unwrap() {
        walk.pass(&head);
        starts.push(walk.at() as usize);
    }
    (bytes, starts)
}

#[test]
fn frames_that_nobody_wrote_there_are_passed_over_and_show_that_the_segment_is_damaged() {
    let (bytes, at) = three_frames_apart();
    let piece = |from: usize, to: usize| &bytes[at[from]..at[to]];
    let head = &bytes[..FILE_HEAD];
    let mut overlapping = Vec::new();
    let foot = start_settled_frame(1, 3, &mut overlapping).foot();
    overlapping.extend_from_slice(&foot);
    let [a, b, c] = THREE_FRAMES;
    type Case<'a> = (&'a str, Vec<u8>, Option<u64>, &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        ("one stands twice", [head, piece(0, 1), piece(0, 3)].concat(), None, &[a, b, c]),
        ("an old one in between", [head, piece(0, 2), piece(0, 1), piece(2, 3)].concat(), None, &[a, b, c]),
        ("numbers of two", [head, piece(0, 1), &overlapping, piece(1, 3)].concat(), None, &[a, b, c]),
        ("one is missing", [head, piece(0, 1), piece(2, 3)].concat(), None, &[a, "lost 2..3", c]),
        ("the next segment starts within one", bytes.clone(), Some(4), &[a, b, "lost 3..4"]),
        ("the next segment starts within the first", bytes.clone(), Some(1), &["lost 0..1"]),
    ];
    for (name, bytes, next, expected) in cases {
        let disk = MemoryDisk::new();
        disk.put(SEGMENT, &bytes);
        if let Some(next) = next {
            disk.put(&segment_name(next), b"");
        }
        let mut log = open(&disk);
        assert_eq!(contents(&log), expected, "{name}");
        log.settle(0..log.next_seq());
        log.tidy().unwrap();
        let aside = disk.contents().contains_key(&format!("{SEGMENT}.corrupt"));
        // a gap alone is no damage: the bytes that are there are right
        assert_eq!(aside, name != "one is missing", "{name}");
    }
}

#[test]
fn a_gap_ends_where_the_next_segment_starts_whatever_follows_it() {
    let (bytes, at) = three_frames_apart();
    let disk = MemoryDisk::new();
    let segment = |frame: usize| [&bytes[..FILE_HEAD], &bytes[at[frame]..at[frame + 1]]].concat();
    disk.put(SEGMENT, &segment(2));
    disk.put("seg-00000000000000000002.log", &segment(1));
    assert_eq!(contents(&open(&disk)), ["lost 0..2", THREE_FRAMES[1]]);
}

#[test]
fn copies_behind_the_name_of_the_next_segment_are_no_damage() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.forsake(2);
    log.append(&batch("d", &["d f=3"]), 0).unwrap();
    let mut log = open(&disk);
    assert_eq!(contents(&log), [THREE_FRAMES[0], "d 2..3 d f=3"]);
    log.settle(0..3);
    log.tidy().unwrap();
    assert_eq!(disk.contents().into_keys().collect::<Vec<_>>(), ["acks.log"]);
}

#[test]
fn what_has_its_verdict_is_passed_over_after_the_files_were_opened_again() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.append_settled(2).unwrap();
    log.settle(2..3);
    log.settle(6..8);
    log.tidy().unwrap();
    let log = open(&disk);
    assert_eq!(contents(&log), [THREE_FRAMES[0], THREE_FRAMES[2]]);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_the_next_call_goes_on() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let log = open(&disk);
    let mut cursor = Cursor::new(log.shelf(), 0);
    for call in [Call::Open, Call::Read] {
        disk.fail(call, 0..1, Fault::Broken);
        cursor.next().unwrap_err();
    }
    assert_eq!(drain(&log.shelf(), &mut cursor), THREE_FRAMES);
    assert_eq!(log.shelf().state().segments[&0].damage, Damage::None);
}

#[test]
fn a_file_that_goes_before_it_is_read_is_lost_up_to_the_next() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut log = open(&disk);
    log.append(&batch("c", &["c f=7"]), 0).unwrap();
    log.shelf().commit(7);
    SpoolIo::remove(&disk, SEGMENT).unwrap();
    assert_eq!(contents(&log), ["lost 0..6", "c 6..7 c f=7"]);
}

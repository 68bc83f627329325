use super::*;
use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
use crate::write::spool::sample::{THREE_FRAMES, batch, contents, open, three_frames};

/// A batch of one line of so many bytes.
fn large(bytes: usize) -> Batch {
    batch("l", &[&"x".repeat(bytes - 1)])
}

fn names(disk: &MemoryDisk) -> Vec<String> {
    disk.contents().into_keys().collect()
}

fn segment(seq: u64) -> String {
    segment_name(seq)
}

#[test]
fn a_segment_is_as_large_as_an_eighth_of_the_limit_and_the_limit_holds() {
    let disk = MemoryDisk::new();
    let limit = 1024 * 1024;
    let mut log = Log::open(Arc::new(disk.clone()), limit).unwrap();
    let mut appended = 0;
    let full = loop {
        match log.append(&large(10_000), 0) {
            Ok(()) => appended += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, AppendError::Full(l) if l == limit), "{full}");
    let files = disk.contents();
    let sizes: Vec<u64> = files.values().map(|bytes| bytes.len() as u64).collect();
    assert_eq!((log.bytes(), log.next_seq()), (sizes.iter().sum(), appended));
    assert!(log.bytes() <= limit && log.bytes() > limit - 20_000, "{}", log.bytes());
    assert_eq!(files.len(), 1 + 8, "{:?}", names(&disk));
    assert!(sizes.iter().all(|size| *size < limit / 8 + 10_200), "{sizes:?}");
    // what is settled makes room
    log.settle(0..14);
    log.tidy().unwrap();
    log.append(&large(10_000), 0).unwrap();
    assert_eq!(contents(&open(&disk)).len() as u64, appended - 14 + 1);
    let error = log.append(&large(1024 * 1024), 0).unwrap_err();
    assert!(matches!(error, AppendError::Refused(FormatError::Limit { .. })), "{error}");
}

#[test]
fn large_frames_are_written_in_pieces_and_the_buffer_stays_small() {
    let disk = MemoryDisk::new();
    let mut log = open(&disk);
    log.append(&large(3 * BUFFER), 0).unwrap();
    let lines = vec!["a f=1"; BUFFER / 3];
    log.append(&batch("m", &lines), 0).unwrap();
    assert!(log.buffer.capacity() <= BUFFER, "{}", log.buffer.capacity());
    disk.take_made();
    log.append(&batch("s", &lines[..1000]), 0).unwrap();
    assert_eq!(disk.take_made().len(), 1, "one call for a frame");
    let found = contents(&open(&disk));
    let lens: Vec<_> = found.iter().map(String::len).collect();
    assert_eq!((found.len(), lens[0], lens[1]), (3, 3 * BUFFER + 6, lines.len() * 6 - 1 + 12), "{lens:?}");
}

#[test]
fn a_failed_append_leaves_nothing_whether_the_partial_frame_can_be_cut_off_or_not() {
    for (fault, cut_fails) in [(Fault::Full, false), (Fault::Broken, false), (Fault::Full, true)] {
        let disk = MemoryDisk::new();
        let mut log = three_frames(&disk);
        log.shelf().commit(6);
        let whole = disk.contents()[&segment(0)].len();
        // half of the frame is written, then nothing more
        disk.fail(Call::Write, 0..1, Fault::Short);
        disk.fail(Call::Write, 1..2, fault);
        if cut_fails {
            disk.fail(Call::Cut, 0..1, Fault::Broken);
        }
        let error = log.append(&batch("c", &["c f=7"]), 0).unwrap_err();
        assert!(matches!(&error, AppendError::Io(name, _) if *name == segment(0)), "{error}");
        assert_eq!((log.next_seq(), contents(&log).len()), (6, 3));
        disk.heal();
        log.append(&batch("d", &["d f=7"]), 0).unwrap();
        log.sync().unwrap();
        let expected = [&THREE_FRAMES[..], &["d 6..7 d f=7"]].concat();
        assert_eq!(contents(&open(&disk)), expected, "{fault:?} {cut_fails}");
        let frames = disk.contents()[&segment(0)].len();
        assert_eq!(frames > whole, cut_fails, "{fault:?} {cut_fails}");
    }
}

#[test]
fn a_segment_that_cannot_be_made_is_made_later() {
    for call in [Call::Create, Call::Write, Call::Sync, Call::Rename] {
        let disk = MemoryDisk::new();
        let mut log = open(&disk);
        for nth in 0..3 {
            disk.fail(call, nth..nth + 1, Fault::Broken);
            // the log of acks is made first, so that not each of these calls is there three times
            let failed = log.append(&batch("a", &["a f=1"]), 0).is_err();
            disk.heal();
            assert!(failed || nth > 0, "{call:?} {nth}");
            let before = log.next_seq();
            log.append(&batch("a", &["a f=1"]), 0).unwrap();
            assert_eq!(log.next_seq(), before + 1);
            let frames = contents(&open(&disk));
            assert_eq!(frames.len() as u64, log.next_seq(), "{call:?} {nth}: {frames:?}");
            log = open(&disk);
        }
    }
}

#[test]
fn what_a_failed_sync_takes_back_is_appended_again_to_a_new_segment() {
    // the frame with which what is not synced starts, and the segments that are there afterwards
    for (synced, first_unsynced, segments) in [(0, 0, vec![0]), (1, 2, vec![0, 2]), (2, 3, vec![0, 3])] {
        let disk = MemoryDisk::new();
        let mut log = open(&disk);
        let frames = [
            batch("a", &["a f=1", "a f=2"]),
            batch("b", &["b f=3"]),
            batch("a", &["a f=4", "a f=5", "a f=6"]),
        ];
        for (nth, frame) in frames.iter().enumerate() {
            log.append(frame, 0).unwrap();
            if nth + 1 == synced {
                log.sync().unwrap();
            }
        }
        log.shelf().commit(first_unsynced);
        disk.fail(Call::Sync, 0..1, Fault::Broken);
        log.sync().unwrap_err();
        disk.take_made();
        log.sync().unwrap_err();
        assert!(disk.take_made().is_empty(), "a file whose sync failed is not synced again");
        log.forsake(first_unsynced);
        assert_eq!(log.next_seq(), first_unsynced);
        for frame in &frames[synced..] {
            log.append(frame, 0).unwrap();
        }
        log.sync().unwrap();
        let segments: Vec<_> = segments.into_iter().map(segment).collect();
        assert_eq!(names(&disk)[1..], segments);
        log.shelf().commit(log.next_seq());
        assert_eq!(contents(&log), THREE_FRAMES);
        assert_eq!(contents(&open(&disk)), THREE_FRAMES);
    }
}

#[test]
fn segments_behind_a_failed_sync_go_before_a_new_one_is_made() {
    let disk = MemoryDisk::new();
    let mut log = Log::open(Arc::new(disk.clone()), 8 * MIN_SEGMENT).unwrap();
    for _ in 0..3 {
        log.append(&large(MIN_SEGMENT as usize), 0).unwrap();
    }
    assert_eq!(names(&disk)[1..], [0, 1, 2].map(segment));
    disk.fail(Call::Sync, 1..2, Fault::Broken);
    log.sync().unwrap_err();
    log.forsake(1);
    disk.fail(Call::Remove, 0..1, Fault::Broken);
    log.append(&batch("a", &["a f=1"]), 0).unwrap_err();
    log.append(&batch("a", &["a f=1"]), 0).unwrap();
    assert_eq!(names(&disk)[1..], [0, 1].map(segment));
    assert_eq!(contents(&open(&disk))[1..], ["a 1..2 a f=1"]);
}

#[test]
fn with_the_next_number_forsaking_only_starts_a_new_segment() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.forsake(log.next_seq());
    log.append(&batch("c", &["c f=7"]), 0).unwrap();
    assert_eq!(names(&disk)[1..], [0, 6].map(segment));
    assert_eq!(contents(&open(&disk)), [&THREE_FRAMES[..], &["c 6..7 c f=7"]].concat());
}

#[test]
fn files_do_not_stay_open_without_end_when_nobody_syncs() {
    let disk = MemoryDisk::new();
    let mut log = open(&disk);
    log.segment_bytes = 1000;
    let mut next_segment = || {
        log.append(&large(1000), 0).unwrap();
        assert!(log.unsynced.len() <= MAX_UNSYNCED);
    };
    (0..2 * MAX_UNSYNCED).for_each(|_| next_segment());
    // a failed sync of one that had to be closed shows in the next sync that is asked for
    disk.fail(Call::Sync, 0..1, Fault::Broken);
    (0..2 * MAX_UNSYNCED).for_each(|_| next_segment());
    disk.take_made();
    log.sync().unwrap_err();
    assert!(disk.take_made().is_empty());
    log.forsake(log.next_seq());
    log.sync().unwrap();
}

#[test]
fn settled_records_make_room_also_when_all_is_in_one_segment() {
    for full_disk in [false, true] {
        let disk = MemoryDisk::new();
        let limit = if full_disk { u64::MAX } else { MIN_SEGMENT };
        let mut log = Log::open(Arc::new(disk.clone()), limit).unwrap();
        disk.set_capacity(full_disk.then_some(MIN_SEGMENT));
        while log.append(&large(10_000), 0).is_ok() {}
        assert_eq!(log.next_seq(), 6);
        log.append(&large(10_000), 0).unwrap_err();
        log.settle(0..log.next_seq());
        log.tidy().unwrap();
        log.append(&large(10_000), 0).unwrap();
        assert_eq!(contents(&open(&disk)).len(), 1, "{full_disk}");
    }
}

#[test]
fn settled_frames_only_fill_the_numbers_and_are_shown_until_the_acks_say_so() {
    let disk = MemoryDisk::new();
    let mut log = open(&disk);
    log.append(&batch("a", &["a f=1"]), 0).unwrap();
    log.append_settled(5).unwrap();
    log.append_settled(0).unwrap();
    log.append(&batch("a", &["a f=2"]), 0).unwrap();
    assert_eq!(log.next_seq(), 7);
    let mut log = open(&disk);
    assert_eq!(contents(&log), ["a 0..1 a f=1", "settled 1..6", "a 6..7 a f=2"]);
    log.settle(1..6);
    assert_eq!(contents(&log), ["a 0..1 a f=1", "a 6..7 a f=2"]);
}

use super::*;
use crate::write::batch::Batch;
use crate::write::spool::cursor::Cursor;
use crate::write::spool::io::SpoolIo;
use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
use crate::write::spool::sample::{THREE_FRAMES, batch, contents, drain, open, three_frames};

/// The batches of [`three_frames`].
fn three_batches() -> [Batch; 3] {
    [batch("a", &["a f=1", "a f=2"]), batch("b", &["b f=3"]), batch("a", &["a f=4", "a f=5", "a f=6"])]
}

/// Each frame of [`three_frames`] in a segment of its own.
fn three_segments(disk: &MemoryDisk) -> Log {
    for batch in three_batches() {
        let mut log = open(disk);
        log.append(&batch, 0).unwrap();
        log.sync().unwrap();
    }
    open(disk)
}

fn segments(disk: &MemoryDisk) -> Vec<String> {
    disk.contents().into_keys().filter(|name| name.starts_with("seg-")).collect()
}

/// A call that was made, in one word and a name.
fn calls(disk: &MemoryDisk) -> Vec<String> {
    disk.take_made().into_iter().map(|made| format!("{:?} {}", made.call, made.name)).collect()
}

#[test]
fn acks_are_on_the_disk_before_a_segment_goes_and_names_are_synced_after_it() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    log.settle(0..3);
    disk.take_made();
    log.tidy().unwrap();
    let (first, second) = (segment_name(0), segment_name(2));
    assert_eq!(
        calls(&disk),
        [
            "Write acks.log",
            // an earlier process made the file, and may have failed to sync it
            "Write acks.log",
            "Sync acks.log",
            "SyncNames ",
            &format!("Remove {first}"),
            &format!("Remove {second}"),
            "SyncNames "
        ]
    );
    assert_eq!(contents(&open(&disk)), THREE_FRAMES[2..]);
}

#[test]
fn a_segment_goes_when_all_of_it_is_settled_wherever_it_stands() {
    for (settled, left) in [(0..1, vec![0, 2, 3]), (2..3, vec![0, 3]), (1..6, vec![0]), (0..6, vec![])] {
        let disk = MemoryDisk::new();
        let mut log = three_segments(&disk);
        log.settle(settled.clone());
        log.tidy().unwrap();
        assert_eq!(segments(&disk), left.iter().map(|seq| segment_name(*seq)).collect::<Vec<_>>());
        let expected = log.unsettled();
        for _ in 0..2 {
            let mut log = open(&disk);
            assert_eq!((log.next_seq(), log.unsettled()), (6, expected.clone()), "{settled:?}");
            let found = contents(&log);
            assert!(!found.iter().any(|found| found.starts_with("lost")), "{settled:?}: {found:?}");
            log.tidy().unwrap();
        }
    }
}

#[test]
fn the_active_segment_stays_until_the_log_is_closed() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.settle(0..6);
    log.tidy().unwrap();
    assert_eq!(segments(&disk), [segment_name(0)]);
    log.close().unwrap();
    assert_eq!(disk.contents().into_keys().collect::<Vec<_>>(), ["acks.log"]);
    let log = open(&disk);
    assert_eq!((log.next_seq(), log.unsettled().total()), (6, 0));
}

#[test]
fn whatever_fails_in_tidying_nothing_is_lost_and_the_next_time_does_it() {
    for call in [Call::Open, Call::Write, Call::Sync, Call::Remove, Call::SyncNames] {
        let disk = MemoryDisk::new();
        let mut log = three_segments(&disk);
        log.settle(0..3);
        disk.fail(call, 0..1, Fault::Broken);
        log.tidy().unwrap_err();
        disk.heal();
        assert_eq!(contents(&log), THREE_FRAMES[2..], "{call:?}");
        log.tidy().unwrap();
        assert_eq!(segments(&disk), [segment_name(3)], "{call:?}");
        let log = open(&disk);
        assert_eq!(
            (contents(&log), log.unsettled().total()),
            (vec![THREE_FRAMES[2].to_owned()], 3),
            "{call:?}"
        );
    }
}

#[test]
fn a_full_disk_does_not_keep_settled_segments() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    let used: usize = disk.contents().values().map(Vec::len).sum();
    disk.set_capacity(Some(used as u64));
    log.settle(0..3);
    log.tidy().unwrap();
    assert_eq!(segments(&disk), [segment_name(3)]);
}

#[test]
fn a_segment_with_damage_is_put_aside_under_a_free_name_also_after_a_crash() {
    let disk = MemoryDisk::new();
    three_segments(&disk);
    let name = segment_name(2);
    let earlier = [format!("{name}.corrupt"), format!("{name}.1.corrupt")];
    earlier.iter().for_each(|name| disk.put(name, b"of an earlier time"));
    let len = disk.contents()[&name].len();
    disk.flip(&name, len - 25, 0);
    let damaged = disk.contents()[&name].clone();
    let mut log = open(&disk);
    assert_eq!(contents(&log), [THREE_FRAMES[0], "corrupt 2..3", THREE_FRAMES[2]]);
    // the loss was told, and the acks were written, but nothing more was done
    log.settle(2..3);
    disk.fail(Call::Rename, 0..1, Fault::Broken);
    log.tidy().unwrap_err();
    drop(log);
    let mut log = open(&disk);
    assert_eq!(contents(&log), [THREE_FRAMES[0], THREE_FRAMES[2]], "it is told once");
    log.tidy().unwrap();
    let files = disk.contents();
    assert_eq!(files[&format!("{name}.2.corrupt")], damaged);
    assert!(earlier.iter().all(|name| files[name] == b"of an earlier time"));
    assert!(!files.contains_key(&name));
}

#[test]
fn a_new_file_of_acks_notes_the_segments_with_damage_and_no_others() {
    for damaged in [vec![], vec![2], vec![0, 3]] {
        let disk = MemoryDisk::new();
        three_segments(&disk);
        for name in damaged.iter().map(|first| segment_name(*first)) {
            let len = disk.contents()[&name].len();
            disk.flip(&name, len - 25, 0);
        }
        disk.flip("acks.log", 20, 3);
        let mut log = open(&disk);
        assert_eq!(contents(&log).iter().filter(|found| found.starts_with("corrupt")).count(), damaged.len());
        log.settle(5..6);
        log.tidy().unwrap();
        // what is put aside by the next run is what the file says
        let mut log = open(&disk);
        log.settle(0..6);
        log.close().unwrap();
        let aside: Vec<_> = damaged.iter().map(|first| format!("{}.corrupt", segment_name(*first))).collect();
        assert_eq!(segments(&disk), aside);
    }
}

#[test]
fn a_segment_that_went_is_not_synced_any_more_and_the_others_are() {
    for (settled, left) in [(0..2, [2, 3]), (2..3, [0, 3]), (3..6, [0, 2])] {
        let disk = MemoryDisk::new();
        let mut log = open(&disk);
        for batch in three_batches() {
            log.append(&batch, 0).unwrap();
            log.end_active();
        }
        log.settle(settled.clone());
        log.tidy().unwrap();
        disk.take_made();
        log.sync().unwrap();
        let mut synced = calls(&disk);
        synced.retain(|call| call.starts_with("Sync seg-"));
        assert_eq!(synced, left.map(|first| format!("Sync {}", segment_name(first))), "{settled:?}");
    }
}

#[test]
fn a_missing_segment_is_lost_and_its_loss_is_told_once() {
    for (missing, from, to) in [(0, 0, 2), (2, 2, 3)] {
        let disk = MemoryDisk::new();
        let mut log = three_segments(&disk);
        // what is below the oldest segment is only missed when the log of acks says so
        log.settle(5..6);
        log.tidy().unwrap();
        SpoolIo::remove(&disk, &segment_name(missing)).unwrap();
        let mut log = open(&disk);
        let lost = format!("lost {from}..{to}");
        assert_eq!(contents(&log).iter().filter(|found| **found == lost).count(), 1, "{missing}");
        assert_eq!(log.unsettled().total(), 5);
        log.settle(from..to);
        log.tidy().unwrap();
        let log = open(&disk);
        assert_eq!(contents(&log).len(), 2);
        assert!(!contents(&log).contains(&lost));
    }
}

#[test]
fn without_acks_nothing_is_missed_below_the_oldest_segment() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    log.settle(0..2);
    log.tidy().unwrap();
    for ruin in [0, 1] {
        if ruin == 0 {
            disk.flip("acks.log", 20, 3);
        } else {
            SpoolIo::remove(&disk, "acks.log").unwrap();
        }
        let mut log = open(&disk);
        assert_eq!(contents(&log), THREE_FRAMES[1..]);
        assert_eq!(log.unsettled().total(), 4);
        // from now on it is known again where settled records end, whatever is written first
        if ruin == 1 {
            log.append_settled(1).unwrap();
        }
        log.settle(4..5);
        log.tidy().unwrap();
        let log = open(&disk);
        assert_eq!(contents(&log)[..2], THREE_FRAMES[1..]);
        assert!(!contents(&log).iter().any(|found| found.starts_with("lost")), "{:?}", contents(&log));
    }
}

#[test]
fn a_log_of_acks_that_grew_is_written_anew_and_says_the_same() {
    let disk = MemoryDisk::new();
    let mut log = open(&disk);
    log.append_settled(200_000).unwrap();
    log.append(&batch("a", &["a f=1"]), 0).unwrap();
    log.append_settled(1).unwrap();
    log.sync().unwrap();
    let mut largest = 0;
    for seq in 0..50_000 {
        log.settle(seq..seq + 1);
        log.tidy().unwrap();
        largest = largest.max(log.acks.size());
    }
    // it is the largest just before it is written anew
    assert!(largest > 1_000_000 && log.acks.size() < largest / 4, "{largest} {}", log.acks.size());
    assert_eq!(log.acks.size(), disk.contents()["acks.log"].len() as u64);
    assert!(!disk.contents().contains_key("acks.new"));
    let reopened = open(&disk);
    assert_eq!(reopened.unsettled(), log.unsettled());
}

#[test]
fn after_a_failed_sync_of_the_acks_they_are_written_to_a_new_file() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    log.settle(0..2);
    disk.fail(Call::Sync, 0..1, Fault::Broken);
    log.tidy().unwrap_err();
    disk.take_made();
    log.tidy().unwrap();
    let calls = calls(&disk);
    assert_eq!(calls[..2], ["Remove acks.new", "Create acks.new"], "{calls:?}");
    assert!(!calls.contains(&"Sync acks.log".to_owned()), "{calls:?}");
    let synced = calls.iter().position(|call| call == "SyncNames ");
    let removed = calls.iter().position(|call| *call == format!("Remove {}", segment_name(0)));
    assert!(synced < removed && removed.is_some(), "{calls:?}");
    assert_eq!(contents(&open(&disk)), THREE_FRAMES[1..]);
}

#[test]
fn what_cannot_be_read_is_passed_over_when_it_is_asked_for_and_kept() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    let shelf = log.shelf();
    let mut cursor = Cursor::new(log.shelf(), 0);
    cursor.next().unwrap();
    disk.fail(Call::Read, 0..2, Fault::Broken);
    cursor.next().unwrap_err();
    cursor.next().unwrap_err();
    assert_eq!(cursor.pass_over().iter().next(), Some(2..3));
    assert_eq!(drain(&shelf, &mut cursor), THREE_FRAMES[2..]);
    log.settle(2..3);
    log.tidy().unwrap();
    assert!(segments(&disk).contains(&format!("{}.corrupt", segment_name(2))));
}

#[test]
fn readers_do_not_wait_for_the_disk() {
    let disk = MemoryDisk::new();
    let mut log = three_segments(&disk);
    disk.watch(&log.shelf());
    log.settle(0..3);
    // after it nobody knows what the file holds, and there is a new one
    disk.fail(Call::Sync, 0..1, Fault::Broken);
    log.tidy().unwrap_err();
    log.tidy().unwrap();
    // with gaps, and then without: the file is much too large
    (10..100_000).step_by(2).for_each(|seq| log.settle(seq..seq + 1));
    log.tidy().unwrap();
    assert!(disk.contents()["acks.log"].len() > 1_000_000);
    log.settle(10..100_000);
    log.tidy().unwrap();
    assert!(disk.contents()["acks.log"].len() < 10_000);
    log.close().unwrap();
}

//! What must be on the disk before what. (Acks, removal, names: the tests of `tidy`.)

use fastrand::Rng;

use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
use crate::write::spool::sample::{THREE_FRAMES, batch, contents, open, three_frames};

/// The calls that were made since the last time, without those that write.
fn barriers(disk: &MemoryDisk) -> Vec<(Call, String)> {
    let made = disk.take_made().into_iter().filter(|made| made.call != Call::Write && !made.failed);
    made.map(|made| (made.call, made.name)).collect()
}

fn images(disk: &MemoryDisk) -> impl Iterator<Item = MemoryDisk> {
    (0..200).map(|seed| disk.crash(&mut Rng::with_seed(seed)))
}

#[test]
fn the_file_and_its_name_are_on_the_disk_before_the_first_sync_succeeds() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let (acks, new, segment) = ("acks.log", "acks.new", "seg-00000000000000000000.log");
    let expected = [
        (Call::Create, new),
        // whole before it takes the place of the other one
        (Call::Sync, new),
        (Call::Rename, new),
        (Call::Create, segment),
        (Call::Sync, segment),
        (Call::SyncNames, ""),
    ];
    assert_eq!(barriers(&disk), expected.map(|(call, name)| (call, name.to_owned())));
    assert!(disk.contents().contains_key(acks));
    assert!(images(&disk).all(|image| contents(&open(&image)) == THREE_FRAMES));
}

#[test]
fn a_sync_does_not_succeed_before_names_are_synced() {
    let disk = MemoryDisk::new();
    let mut log = open(&disk);
    log.append(&batch("a", &["a f=1"]), 0).unwrap();
    disk.fail(Call::SyncNames, 0..2, Fault::Broken);
    log.sync().unwrap_err();
    assert!(images(&disk).any(|image| open(&image).next_seq() == 0));
    // a second one that fails: it is appended once more
    for failures_left in [1, 0] {
        log.forsake(0);
        assert_eq!(log.next_seq(), 0);
        log.append(&batch("a", &["a f=1"]), 0).unwrap();
        assert_eq!(log.sync().is_err(), failures_left > 0);
    }
    assert!(images(&disk).all(|image| contents(&open(&image)) == ["a 0..1 a f=1"]));
}

#[test]
fn whichever_sync_fails_nothing_counts_as_durable_that_may_be_lost() {
    for nth in 0..4 {
        let disk = MemoryDisk::new();
        let mut log = open(&disk);
        disk.fail(Call::Sync, nth..nth + 2, Fault::Broken);
        let (mut durable, mut frames, mut failures) = (0, Vec::new(), 0);
        while durable < 6 {
            let next = log.next_seq();
            let line = format!("a f={next}");
            if log.append(&batch("a", &[&line]), 0).is_err() {
                failures += 1;
            } else if log.sync().is_err() {
                log.forsake(durable);
                failures += 1;
            } else {
                durable = log.next_seq();
                frames.push(format!("a {next}..{durable} {line}"));
            }
            for image in images(&disk) {
                let found = contents(&open(&image));
                assert!(found.starts_with(&frames), "sync {nth}: {found:?} are not {frames:?}");
            }
        }
        assert_eq!((failures, frames.len()), (2, 6), "sync {nth}");
        assert_eq!(contents(&open(&disk)), frames, "sync {nth}");
    }
}

#[test]
fn acks_of_a_process_that_could_not_sync_them_are_on_the_disk_before_a_segment_goes() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut log = open(&disk);
    log.settle(0..6);
    disk.fail(Call::Sync, 0..1, Fault::Broken);
    log.tidy().unwrap_err();
    drop(log);
    let killed = disk.kill(&mut Rng::with_seed(0));
    let mut log = open(&killed);
    assert_eq!(log.unsettled().total(), 0);
    log.tidy().unwrap();
    let expected = [
        (Call::Sync, "acks.log"),
        (Call::SyncNames, ""),
        (Call::Remove, "seg-00000000000000000000.log"),
        (Call::SyncNames, ""),
    ];
    assert_eq!(barriers(&killed), expected.map(|(call, name)| (call, name.to_owned())));
    for image in images(&killed) {
        assert_eq!((open(&image).next_seq(), contents(&open(&image))), (6, vec![]));
    }
}

#[test]
fn whatever_cannot_be_written_is_written_later_and_what_is_durable_stays() {
    let always = 0..u64::MAX;
    let cases = [
        ("no room for a new segment", Call::Create, always.clone(), Fault::Full),
        ("no room in a segment", Call::Write, always.clone(), Fault::Full),
        ("no room behind a part of a frame", Call::Write, 1..u64::MAX, Fault::Full),
        ("a write that breaks", Call::Write, always.clone(), Fault::Broken),
        ("a sync that breaks", Call::Sync, always, Fault::Broken),
    ];
    for (name, call, which, fault) in cases {
        let disk = MemoryDisk::new();
        three_frames(&disk);
        let mut log = open(&disk);
        disk.fail(call, which, fault);
        // the frame after the head comes in halves
        disk.set_most(Some(16));
        for _ in 0..2 {
            let appended = log.append(&batch("c", &["c f=7"]), 0).map_err(|error| error.to_string());
            let synced = log.sync();
            assert!(appended.is_err() || synced.is_err(), "{name}");
            if synced.is_err() {
                log.forsake(6);
            }
            assert_eq!(log.next_seq(), 6, "{name}");
            for image in images(&disk).take(50) {
                let found = contents(&open(&image));
                assert!(found.starts_with(&THREE_FRAMES.map(str::to_owned)), "{name}: {found:?}");
            }
        }
        disk.heal();
        log.append(&batch("c", &["c f=7"]), 0).unwrap();
        log.sync().unwrap();
        let expected = [&THREE_FRAMES[..], &["c 6..7 c f=7"]].concat();
        assert!(images(&disk).all(|image| contents(&open(&image)) == expected), "{name}");
    }
}

#[test]
fn short_and_interrupted_calls_are_gone_on_with() {
    let disk = MemoryDisk::new();
    for call in [Call::Write, Call::Read] {
        for nth in 0..40 {
            disk.fail(call, nth * 2..nth * 2 + 1, Fault::Interrupted);
            disk.fail(call, nth * 3..nth * 3 + 1, Fault::Short);
        }
    }
    disk.set_most(Some(7));
    let mut log = three_frames(&disk);
    assert_eq!(contents(&log), [""; 0], "nothing is committed yet");
    log.shelf().commit(6);
    assert_eq!(contents(&log), THREE_FRAMES);
    log.settle(0..2);
    log.tidy().unwrap();
    assert_eq!(contents(&open(&disk)), THREE_FRAMES[1..]);
}

#[test]
fn numbers_that_only_the_acks_of_a_killed_run_know_are_no_loss_when_the_power_goes_after_it() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.settle(0..9);
    log.tidy().unwrap();
    drop(log);
    let killed = disk.kill(&mut Rng::with_seed(1));
    let mut log = open(&killed);
    assert_eq!(log.next_seq(), 9);
    log.append(&batch("c", &["c f=1"]), 0).unwrap();
    log.sync().unwrap();
    assert!(images(&killed).all(|image| contents(&open(&image)) == ["c 9..10 c f=1"]));
}

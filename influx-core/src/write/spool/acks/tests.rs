use super::*;
use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};

fn read(disk: &MemoryDisk) -> (Acks, Noted) {
    Acks::read(disk).unwrap()
}

fn write(acks: &mut Acks, disk: &MemoryDisk, seqs: &[Range<u64>]) -> io::Result<()> {
    let (_, mut noted) = read(disk);
    for seqs in seqs {
        acks.settle(seqs.clone());
        noted.settled.insert(seqs.clone());
    }
    acks.write(disk, &noted.settled, &noted.damaged, &BTreeSet::new())
}

/// A file with three acks of the records 0 to 6.
fn three_acks() -> (MemoryDisk, Acks) {
    let disk = MemoryDisk::new();
    let mut acks = Acks::default();
    acks.make(&disk).unwrap();
    for start in [0, 4, 2] {
        write(&mut acks, &disk, std::slice::from_ref(&(start..start + 2))).unwrap();
    }
    acks.sync(&disk).unwrap();
    (disk, acks)
}

fn write_one(acks: &mut Acks, disk: &MemoryDisk, seq: u64) -> io::Result<()> {
    write(acks, disk, std::slice::from_ref(&(seq..seq + 1)))
}

#[test]
fn acks_come_back_merged_and_more_follow_them() {
    let (disk, _) = three_acks();
    let (mut acks, noted) = read(&disk);
    assert_eq!((noted.settled.iter().len(), noted.settled.total(), noted.whole), (1, 6, true));
    let size = acks.size();
    write(&mut acks, &disk, &[8..9, 6..7]).unwrap();
    assert_eq!((acks.size(), read(&disk).1.settled.total()), (size, 8));
}

#[test]
fn every_flipped_bit_forgets_one_ack_and_the_next_write_mends_the_file() {
    let (disk, _) = three_acks();
    for bit in 0..(FILE_HEAD + 3 * RECORD) * 8 {
        let good = disk.contents();
        disk.flip(NAME, bit / 8, (bit % 8) as u8);
        let (mut acks, noted) = read(&disk);
        let left = if bit < FILE_HEAD * 8 { 6 } else { 4 };
        assert_eq!((noted.settled.total(), noted.whole), (left, false), "bit {bit}");
        write_one(&mut acks, &disk, 6).unwrap();
        let (_, mended) = read(&disk);
        assert_eq!((mended.settled.total(), mended.whole), (left + 1, true), "bit {bit}");
        disk.put(NAME, &good[NAME]);
    }
}

#[test]
fn every_cut_keeps_the_acks_before_it() {
    let (disk, _) = three_acks();
    let good = disk.contents().remove(NAME).unwrap();
    for len in 0..FILE_HEAD + 4 * RECORD {
        disk.put(NAME, &good[..len]);
        let (mut acks, noted) = read(&disk);
        let whole = (len.saturating_sub(FILE_HEAD) / RECORD).min(3) as u64;
        assert_eq!(noted.settled.total(), 2 * whole, "{len} bytes");
        write_one(&mut acks, &disk, 6).unwrap();
        assert_eq!(read(&disk).1.settled.total(), 2 * whole + 1, "{len} bytes");
    }
}

#[test]
fn a_failed_write_is_made_up_for_by_the_next() {
    let (disk, mut acks) = three_acks();
    disk.fail(Call::Write, 0..1, Fault::Short);
    disk.fail(Call::Write, 1..2, Fault::Broken);
    write_one(&mut acks, &disk, 6).unwrap_err();
    disk.heal();
    write_one(&mut acks, &disk, 9).unwrap();
    let (_, noted) = read(&disk);
    assert_eq!((noted.settled.total(), noted.settled.end(), noted.whole), (8, 10, true));
}

#[test]
fn what_is_damaged_is_noted_and_outlives_a_new_file() {
    let (disk, mut acks) = three_acks();
    let damaged = BTreeSet::from([4]);
    acks.settle(7..8);
    acks.write(&disk, &Ranges::default(), &damaged, &damaged).unwrap();
    assert_eq!(read(&disk).1.damaged, damaged);
    acks.anew = true;
    let (_, noted) = read(&disk);
    acks.write(&disk, &noted.settled, &noted.damaged, &BTreeSet::new()).unwrap();
    assert_eq!(read(&disk).1, noted);
}

#[test]
fn room_is_set_aside_before_the_last_of_it_is_needed() {
    let (disk, mut acks) = three_acks();
    for seq in 10..400 {
        assert!(acks.size() - acks.at >= RECORD as u64);
        write_one(&mut acks, &disk, seq * 2).unwrap();
    }
    // without room on the disk there is enough for a while
    disk.set_capacity(Some(0));
    for seq in 400..430 {
        write_one(&mut acks, &disk, seq * 2).unwrap();
    }
    assert_eq!(read(&disk).1.settled.total(), 6 + 420);
}

#[test]
fn without_any_room_acks_are_written_over_those_before() {
    let (disk, mut acks) = three_acks();
    // Each ack joins those before it, so that they need less and less room.
    let size = acks.size();
    disk.set_capacity(Some(0));
    for seq in 6..1_000 {
        write_one(&mut acks, &disk, seq).unwrap();
        let (_, noted) = read(&disk);
        assert_eq!((noted.settled.total(), noted.whole), (seq + 1, true), "{seq}");
    }
    assert_eq!(acks.size(), size);
    // What cannot be said in so many bytes waits.
    let apart: Vec<_> = (0..1_000).map(|n| 2_000 + 2 * n..2_001 + 2 * n).collect();
    assert_eq!(write(&mut acks, &disk, &apart).unwrap_err().kind(), io::ErrorKind::StorageFull);
    disk.set_capacity(None);
    write_one(&mut acks, &disk, 1_000).unwrap();
    assert_eq!(read(&disk).1.settled.total(), 2_001);
}

#[test]
fn acks_are_written_over_those_before_when_they_fit_and_only_then() {
    for (apart, fit) in [(1, true), (2, true), (3, false), (300, false)] {
        let (disk, _) = three_acks();
        disk.truncate(NAME, FILE_HEAD + 3 * RECORD);
        let (mut acks, _) = read(&disk);
        disk.set_capacity(Some(0));
        // the three before are one by now
        let apart: Vec<_> = (0..apart).map(|n| 10 + 2 * n..11 + 2 * n).collect();
        assert_eq!(write(&mut acks, &disk, &apart).is_ok(), fit, "{apart:?}");
        let all = if fit { 6 + apart.len() as u64 } else { 6 };
        assert_eq!(read(&disk).1.settled.total(), all, "{apart:?}");
    }
}

#[test]
fn a_file_that_was_made_anew_is_written_to_without_opening_it_again() {
    let disk = MemoryDisk::new();
    let mut acks = Acks::default();
    disk.fail(Call::Open, 0..u64::MAX, Fault::Broken);
    acks.make(&disk).unwrap();
    acks.settle(0..2);
    acks.write(&disk, &Ranges::default(), &BTreeSet::new(), &BTreeSet::new()).unwrap();
    acks.sync(&disk).unwrap();
    disk.heal();
    assert_eq!(read(&disk).1.settled.total(), 2);
}

#[test]
fn a_file_without_acks_does_not_say_where_settled_records_end() {
    let disk = MemoryDisk::new();
    Acks::default().make(&disk).unwrap();
    assert_eq!(read(&disk).1, Noted::default());
    assert!(!Noted::default().whole);
}

#[test]
fn a_file_is_written_anew_when_a_quarter_of_it_would_do() {
    let few = Ranges::default();
    let mut many = Ranges::default();
    (0..6_000).for_each(|n| many.insert(2 * n..2 * n + 1));
    let damaged: BTreeSet<u64> = (0..6_000).collect();
    // the head, the records, and the room behind them
    let quarter = 16 + 12_000 * 24 + 4096;
    for (settled, damaged, size) in [(few, BTreeSet::new(), 1024 * 1024), (many, damaged, 4 * quarter)] {
        for (size, anew) in [(size, false), (size + 4, true)] {
            let (disk, mut acks) = three_acks();
            acks.size = size;
            acks.compact(&disk, &settled, &damaged).unwrap();
            assert_eq!(acks.size() < size, anew, "{size}");
        }
    }
}

#[test]
fn acks_of_an_earlier_process_are_all_written_again_before_they_count_as_synced() {
    let (disk, mut acks) = three_acks();
    let many: Vec<_> = (0..6_000).map(|n| 10 + 2 * n..11 + 2 * n).collect();
    disk.take_made();
    write(&mut acks, &disk, &many).unwrap();
    // 144 kB in pieces, and more room
    assert_eq!(disk.take_made().len(), 4);
    let (before, (mut acks, _)) = (disk.contents(), read(&disk));
    disk.take_made();
    acks.sync(&disk).unwrap();
    let calls: Vec<_> = disk.take_made().into_iter().map(|made| made.call).collect();
    assert_eq!(calls, [Call::Write, Call::Write, Call::Write, Call::Sync]);
    assert_eq!(disk.contents(), before);
}

#[test]
fn a_new_file_is_not_begun_while_an_old_attempt_cannot_be_removed() {
    let disk = MemoryDisk::new();
    disk.put(NEW_NAME, b"an old attempt");
    disk.fail(Call::Remove, 0..1, Fault::Broken);
    let error = Acks::default().make(&disk).unwrap_err();
    assert_ne!(error.kind(), io::ErrorKind::AlreadyExists, "it says what the cause is");
    assert_eq!(disk.contents()[NEW_NAME], b"an old attempt");
    Acks::default().make(&disk).unwrap();
}

#[test]
fn a_record_of_another_kind_or_of_nothing_says_nothing() {
    for record in [encode([1, 2, 3, 4], 0, 9), encode(SETTLED_MAGIC, 9, 9)] {
        let (disk, _) = three_acks();
        disk.put(NAME, &[&FileKind::Acks.head()[..], &record].concat());
        assert_eq!(read(&disk).1, Noted::default(), "{record:?}");
    }
}

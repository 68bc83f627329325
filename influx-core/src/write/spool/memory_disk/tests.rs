//! The disk in memory does what a disk does, and what it may do.

use std::collections::BTreeSet;

use super::super::io::{SpoolFile, SpoolIo, read_full, write_full};
use super::image::SECTOR;
use super::*;

fn content(disk: &MemoryDisk, name: &str) -> Option<Vec<u8>> {
    disk.contents().remove(name)
}

fn images(disk: &MemoryDisk) -> impl Iterator<Item = MemoryDisk> {
    (0..2_000).map(|seed| disk.crash(&mut fastrand::Rng::with_seed(seed)))
}

/// A disk with a file "a" of 1,000 synced bytes of 1.
fn with_synced_file() -> (MemoryDisk, Box<dyn SpoolFile>) {
    let disk = MemoryDisk::new();
    let mut file = disk.create("a").unwrap();
    write_full(&mut *file, 0, &[1; 1_000]).unwrap();
    file.sync().unwrap();
    disk.sync_names().unwrap();
    (disk, file)
}

#[test]
fn what_was_synced_survives_a_crash_and_the_rest_in_any_part() {
    let (disk, mut file) = with_synced_file();
    write_full(&mut *file, 1_000, &[2; 2_000]).unwrap();
    let mut lengths = BTreeSet::new();
    let (mut holes, mut torn) = (0, 0);
    for image in images(&disk) {
        let bytes = content(&image, "a").unwrap();
        assert!(bytes.len() >= 1_000 && bytes[..1_000] == [1; 1_000], "{bytes:?}");
        let rest = &bytes[1_000..];
        assert!(rest.iter().all(|byte| [0, 2].contains(byte)), "{rest:?}");
        holes += usize::from(rest.first() == Some(&0) && rest.contains(&2));
        torn += usize::from(!rest.len().is_multiple_of(SECTOR) && rest.iter().all(|byte| *byte == 2));
        lengths.insert(rest.len());
    }
    assert!(lengths.contains(&0) && lengths.contains(&2_000) && lengths.len() > 100, "{lengths:?}");
    assert!(holes > 10 && torn > 10, "{holes} {torn}");
}

#[test]
fn names_survive_a_crash_each_for_itself_until_they_are_synced() {
    let (disk, _) = with_synced_file();
    disk.create("b").unwrap();
    disk.create("c").unwrap();
    disk.remove("a").unwrap();
    let seen: BTreeSet<_> =
        images(&disk).map(|image| image.contents().into_keys().collect::<String>()).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["", "a", "ab", "abc", "ac", "b", "bc", "c"]);
    disk.sync_names().unwrap();
    assert!(images(&disk).all(|image| image.contents().into_keys().eq(["b", "c"])));
}

#[test]
fn a_rename_survives_whole_or_not_at_all() {
    let (disk, _) = with_synced_file();
    disk.put("b", &[7]);
    disk.rename("b", "a").unwrap();
    let seen: BTreeSet<_> = images(&disk)
        .map(|image| image.contents().into_iter().map(|(k, v)| (k, v[0])).collect::<Vec<_>>())
        .collect();
    let (before, after) = (vec![("a".to_owned(), 1), ("b".to_owned(), 7)], vec![("a".to_owned(), 7)]);
    assert_eq!(seen, [before, after].into());
}

#[test]
fn a_sync_after_a_failed_one_lies() {
    let (disk, mut file) = with_synced_file();
    write_full(&mut *file, 1_000, &[2; 100]).unwrap();
    disk.fail(Call::Sync, 0..1, Fault::Broken);
    file.sync().unwrap_err();
    file.sync().unwrap();
    let lost = images(&disk).filter(|image| content(image, "a").unwrap().len() == 1_000).count();
    assert!(lost > 100, "{lost}");
    // what is written and synced now survives
    write_full(&mut *file, 1_100, &[3; 100]).unwrap();
    file.sync().unwrap();
    assert!(images(&disk).all(|image| content(&image, "a").unwrap()[1_100..] == [3; 100]));
}

#[test]
fn a_killed_process_leaves_what_it_wrote_and_a_part_of_the_last_write() {
    let (disk, mut file) = with_synced_file();
    write_full(&mut *file, 1_000, &[2; 100]).unwrap();
    disk.cut_power_after(0);
    assert!(!disk.is_dead());
    file.write_at(1_100, &[3; 100]).unwrap_err();
    assert!(disk.is_dead());
    file.write_at(1_200, &[4; 100]).unwrap_err();
    disk.list().unwrap_err();
    let lengths: BTreeSet<_> = (0..2_000)
        .map(|seed| content(&disk.kill(&mut fastrand::Rng::with_seed(seed)), "a").unwrap())
        .inspect(|bytes| assert_eq!((&bytes[1_000..1_100], bytes.get(1_200)), (&[2; 100][..], None)))
        .map(|bytes| bytes.len())
        .collect();
    assert_eq!(lengths.len(), 101);
    // it is in the cache of the system, not on the disk
    let killed = disk.kill(&mut fastrand::Rng::with_seed(0));
    killed.list().unwrap();
    assert!(images(&killed).any(|image| content(&image, "a").unwrap().len() == 1_000));
}

#[test]
fn calls_fail_when_they_are_told_to() {
    let (disk, mut file) = with_synced_file();
    disk.take_made();
    disk.fail(Call::Write, 1..3, Fault::Full);
    disk.fail(Call::Cut, 0..u64::MAX, Fault::Interrupted);
    disk.fail(Call::Read, 0..1, Fault::Short);
    let mut write = || file.write_at(1_000, &[2; 10]).map_err(|error| error.kind());
    let results = [write(), write(), write(), write()];
    assert_eq!(results, [Ok(10), Err(io::ErrorKind::StorageFull), Err(io::ErrorKind::StorageFull), Ok(10)]);
    for _ in 0..3 {
        assert_eq!(file.cut(0).unwrap_err().kind(), io::ErrorKind::Interrupted);
    }
    assert_eq!(file.read_at(0, &mut [0; 10]).unwrap(), 5);
    assert_eq!(read_full(&mut *file, 0, &mut [0; 2_000]).unwrap(), 1_010);
    disk.heal();
    file.cut(5).unwrap();
    let made: Vec<_> = disk.take_made().into_iter().map(|made| (made.call, made.failed)).collect();
    let (write, cut) = (Call::Write, Call::Cut);
    let expected = [(write, false), (write, true), (write, true), (write, false), (cut, true), (cut, true)];
    assert_eq!(made, [&expected[..], &[(cut, true), (cut, false)]].concat());
    assert_eq!((content(&disk, "a").unwrap(), disk.bytes_read()), (vec![1; 5], 1_015));
}

#[test]
fn a_full_disk_takes_what_fits_and_has_room_when_a_file_is_removed() {
    let (disk, mut file) = with_synced_file();
    disk.set_capacity(Some(1_050));
    disk.set_most(Some(40));
    assert_eq!(file.write_at(1_000, &[2; 100]).unwrap(), 40);
    assert_eq!(file.write_at(1_040, &[2; 100]).unwrap(), 10);
    assert_eq!(file.write_at(1_050, &[2; 100]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    // what stands there can be written over
    assert_eq!(file.write_at(1_020, &[2; 100]).unwrap(), 30);
    let mut other = disk.create("b").unwrap();
    assert_eq!(other.write_at(0, &[2]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    disk.remove("a").unwrap();
    assert_eq!(other.write_at(0, &[2]).unwrap(), 1);
    // the file is there as long as it is open
    assert_eq!(file.read_at(0, &mut [0; 10]).unwrap(), 10);
}

#[test]
fn files_are_damaged_by_hand() {
    let (disk, _) = with_synced_file();
    disk.flip("a", 3, 1);
    disk.truncate("a", 5);
    assert_eq!(content(&disk, "a").unwrap(), [1, 1, 1, 3, 1]);
    assert!(disk.create("a").is_err() && disk.open("b").is_err() && disk.rename("b", "c").is_err());
    assert!(images(&disk).all(|image| content(&image, "a").unwrap().len() == 5));
}

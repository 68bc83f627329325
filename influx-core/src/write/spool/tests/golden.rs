//! Files as version 1 writes them: later versions must still read them.

use crate::line::Precision;
use crate::write::spool::cursor::{Cursor, Found};
use crate::write::spool::memory_disk::MemoryDisk;
use crate::write::spool::sample::{THREE_FRAMES, contents, open, three_frames};

const SEGMENT: &str = "seg-00000000000000000000.log";

/// A file head, and three times a head, a route, a body and a foot.
#[rustfmt::skip]
const SEGMENT_BYTES: [&str; 13] = [
    "494e464c5558534701000000043daa2c",
    "fff6faf543c00721b7b51dca140000000000000000000000020000001a0002000068e5cf8b010000519a5995",
    "7b226275636b6574223a2261222c22756e6974223a226e73227d",
    "060000000c0000006120663d310a6120663d320a",
    "fff6faf7e40edcd1000000000000000002000000",
    "fff6faf5e62a2f4156cb294c0a0000000200000000000000010000001a0002000068e5cf8b01000028f02484",
    "7b226275636b6574223a2262222c22756e6974223a226e73227d",
    "060000006220663d330a",
    "fff6faf7953f522f020000000000000001000000",
    "fff6faf52c77f5d38331d5831e0000000300000000000000030000001a0002000068e5cf8b010000519a5995",
    "7b226275636b6574223a2261222c22756e6974223a226e73227d",
    "060000000c000000120000006120663d340a6120663d350a6120663d360a",
    "fff6faf771bbfe1e030000000000000003000000",
];

/// A file head, and that the first frame is settled.
#[rustfmt::skip]
const ACKS_BYTES: [&str; 2] = [
    "494e464c5558414b01000000957344a7",
    "fff6faf9b0b3572000000000000000000200000000000000",
];

fn bytes(hex: &[&str]) -> Vec<u8> {
    let digits = hex.concat();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// A disk with both files.
fn of_version_1() -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.put(SEGMENT, &bytes(&SEGMENT_BYTES));
    disk.put("acks.log", &bytes(&ACKS_BYTES));
    disk
}

#[test]
fn files_of_version_1_are_read() {
    let disk = of_version_1();
    let log = open(&disk);
    assert_eq!((log.next_seq(), log.unsettled().total()), (6, 4));
    assert_eq!(contents(&log), THREE_FRAMES[1..]);
    let Some(Found::Frame(place)) = Cursor::new(log.shelf(), 0).next().unwrap() else { panic!("no frame") };
    assert_eq!((place.seqs(), &**place.destination()), (2..3, &"b".into()));
    assert_eq!((place.precision, place.born_ms()), (Precision::Nanoseconds, 1_700_000_000_000));
    let batch = log.shelf().load(&place).unwrap();
    assert_eq!((&batch.body[..], &batch.ends[..], batch.repeatable), (&b"b f=3\n"[..], &[6][..], true));
}

#[test]
fn files_are_written_as_version_1_has_them() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.settle(0..2);
    log.tidy().unwrap();
    let files = disk.contents();
    assert_eq!(files[SEGMENT], bytes(&SEGMENT_BYTES));
    let acks = bytes(&ACKS_BYTES);
    assert_eq!(files["acks.log"][..acks.len()], acks);
    assert!(files["acks.log"][acks.len()..].iter().all(|byte| *byte == 0));
}

#[test]
fn acks_that_cannot_be_read_only_send_again() {
    let good = bytes(&ACKS_BYTES);
    let big_endian: Vec<u8> = good.chunks(4).flat_map(|four| four.iter().rev().copied()).collect();
    let mut files = vec![Vec::new(), vec![0; 4096], b"no acks".to_vec(), big_endian, vec![0xFF; 100_000]];
    files.extend((0..good.len()).map(|len| good[..len].to_vec()));
    for acks in files {
        let disk = of_version_1();
        disk.put("acks.log", &acks);
        assert_eq!(contents(&open(&disk)), THREE_FRAMES, "{acks:?}");
        let mut log = open(&disk);
        log.settle(0..2);
        log.close().unwrap();
        assert_eq!(contents(&open(&disk)), THREE_FRAMES[1..], "{acks:?}");
    }
}

//! What is told of a spool, on a disk in memory.

use std::error::Error as _;
use std::time::Duration;

use super::*;
use crate::error::ErrorKind;
use crate::line::Precision;
use crate::write::batch::Batch;
use crate::write::spool::cursor::Found;
use crate::write::spool::memory_disk::{Call, Fault, MemoryDisk};
use crate::write::spool::sample::{batch, open as open_log, three_frames};

const SEGMENT: &str = "seg-00000000000000000000.log";

fn spool(disk: &MemoryDisk) -> Spool {
    Spool::of(Path::new("/spool"), Arc::new(disk.clone())).unwrap()
}

/// Where a text stands in the segment.
fn find(disk: &MemoryDisk, text: &str) -> usize {
    let bytes = disk.contents().remove(SEGMENT).unwrap();
    bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap()
}

/// Each batch, or what is said in its place.
fn texts(spool: &Spool) -> Vec<String> {
    let text = |frame: Result<SpooledFrame<'_>>| frame.and_then(|frame| frame.text());
    spool.frames().map(|frame| text(frame).unwrap_or_else(|error| error.to_string())).collect()
}

fn lost(report: &SpoolReport) -> Vec<String> {
    report.lost.iter().map(ToString::to_string).collect()
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn records_are_counted_by_destination_and_the_oldest_is_the_one_of_the_earliest_time() {
    let disk = MemoryDisk::new();
    let mut log = open_log(&disk);
    for (bucket, lines, born) in
        [("a", &["m f=1", "m f=2"][..], 9_000), ("b", &["m f=3"], 7_000), ("a", &["m f=4"], 8_000)]
    {
        log.append(&batch(bucket, lines), born).unwrap();
    }
    drop(log);
    let spool = spool(&disk);
    let counts = spool.counts().unwrap();
    assert_eq!((counts.records, counts.frames, counts.bytes, counts.lost), (4, 3, 24, 0));
    assert_eq!((counts.oldest, counts.sequence), (Some(at(7)), 0..4));
    let of: Vec<_> = counts
        .destinations
        .iter()
        .map(|of| (of.destination.name(), of.records, of.frames, of.bytes, of.oldest))
        .collect();
    assert_eq!(of, [("a", 3, 2, 18, at(8)), ("b", 1, 1, 6, at(7))]);
    assert_eq!(spool.oldest().unwrap(), Some(at(7)));
    let files: usize = disk.contents().values().map(Vec::len).sum();
    assert_eq!(counts.file_bytes, files as u64);
}

#[test]
fn what_has_its_verdict_is_not_shown() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.settle(0..2);
    log.tidy().unwrap();
    drop(log);
    let shown = spool(&disk);
    assert_eq!(texts(&shown), ["b f=3\n", "a f=4\na f=5\na f=6\n"]);
    assert_eq!(shown.counts().unwrap().sequence, 2..6);

    let mut log = open_log(&disk);
    log.settle(2..6);
    log.close().unwrap();
    let empty = spool(&disk);
    let counts = empty.counts().unwrap();
    assert_eq!((counts.records, counts.oldest, counts.sequence), (0, None, 6..6));
    assert_eq!((texts(&empty), empty.verify().unwrap()), (vec![], SpoolReport::default()));
}

#[test]
fn of_a_batch_that_has_its_verdict_in_part_the_rest_is_shown() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    log.settle(0..1);
    log.settle(4..5);
    log.tidy().unwrap();
    drop(log);
    let shown = spool(&disk);
    assert_eq!(texts(&shown), ["a f=2\n", "b f=3\n", "a f=4\na f=6\n"]);
    let frames: Vec<_> = shown.frames().map(Result::unwrap).collect();
    let said: Vec<_> =
        frames.iter().map(|frame| (frame.records(), frame.sequence(), frame.bytes())).collect();
    assert_eq!(said, [(1, 1..2, 12), (1, 2..3, 6), (2, 3..6, 18)]);
    let lines: Vec<_> = frames.iter().map(|frame| frame.lines().unwrap().lines()).collect();
    assert_eq!(lines, [1, 1, 2]);
    let counts = shown.counts().unwrap();
    assert_eq!((counts.records, counts.frames, counts.bytes, counts.sequence), (4, 3, 36, 1..6));

    let mut out = Vec::new();
    let report = shown.export(&mut out, Some(&"a".into())).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "# bucket=a&precision=ns\na f=2\na f=4\na f=6\n");
    assert_eq!((report.records, report.frames, report.bytes), (3, 2, 18));

    disk.flip(SEGMENT, find(&disk, "a f=5"), 3);
    let report = spool(&disk).verify().unwrap();
    assert_eq!((report.records, report.lost_records()), (2, 2));
    let lost: Vec<_> = report.lost.into_iter().map(|loss| loss.records).collect();
    assert_eq!(lost, [3..4, 5..6]);
}

#[test]
fn a_batch_with_other_lines_than_were_written_is_lost_alone() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    disk.flip(SEGMENT, find(&disk, "b f=3"), 3);
    let spool = spool(&disk);
    let said = texts(&spool);
    assert_eq!((said.len(), &*said[0], &*said[2]), (3, "a f=1\na f=2\n", "a f=4\na f=5\na f=6\n"));
    assert!(said[1].starts_with("the spool /spool: ") && said[1].contains("2..3"), "{}", said[1]);

    let report = spool.verify().unwrap();
    assert_eq!((report.frames, report.records, report.lost_records(), report.is_sound()), (2, 5, 1, false));
    let why = "the lines are not those that were written";
    assert_eq!(lost(&report), [format!("the records 2..3 are lost: {SEGMENT}: {why}")]);
    assert!(
        report
            .to_string()
            .starts_with("5 records in 2 batches, 30 bytes, can be read; 1 are lost\nthe records 2..3")
    );
    assert_eq!(spool.counts().unwrap().records, 6, "heads do not tell");
}

#[test]
fn losses_say_why() {
    type Spoil<'a> = &'a dyn Fn(&MemoryDisk);
    const HURT: &str = "the file is damaged or cut short where they were";
    let head = |disk: &MemoryDisk| disk.flip(SEGMENT, 16 + 20, 0);
    let cut = |disk: &MemoryDisk| disk.truncate(SEGMENT, find(disk, "a f=5"));
    let gone = |disk: &MemoryDisk| {
        let mut log = open_log(disk);
        log.append(&batch("c", &["c f=7"]), 0).unwrap();
        // without acks nobody knows that a first file is missing
        log.settle(0..2);
        log.tidy().unwrap();
        SpoolIo::remove(disk, SEGMENT).unwrap();
    };
    let cases: [(&str, Spoil<'_>, String, u64); 3] = [
        ("a head", &head, format!("the records 0..2 are lost: {SEGMENT}: {HURT}"), 4),
        ("the end", &cut, format!("the records 3..6 are lost: {SEGMENT}: {HURT}"), 3),
        ("a file", &gone, "the records 2..6 are lost: no file holds them".to_owned(), 1),
    ];
    for (name, spoil, expected, readable) in cases {
        let disk = MemoryDisk::new();
        three_frames(&disk);
        spoil(&disk);
        let spool = spool(&disk);
        let report = spool.verify().unwrap();
        assert_eq!((lost(&report), report.records), (vec![expected], readable), "{name}");
        assert_eq!(spool.counts().unwrap().lost, report.lost_records(), "{name}");
        assert_eq!(report.tail.is_some(), name == "the end", "{name}");
        let errors = spool.frames().filter_map(Result::err).map(|error| error.to_string());
        let told = lost(&report)
            .into_iter()
            .map(|loss| format!("the spool /spool: {loss}; what follows can be read"));
        assert!(errors.eq(told), "{name}");
    }
}

#[test]
fn a_tail_of_a_few_bytes_is_named_and_no_loss() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut bytes = disk.contents().remove(SEGMENT).unwrap();
    bytes.extend_from_within(16..36);
    disk.put(SEGMENT, &bytes);
    let report = spool(&disk).verify().unwrap();
    assert_eq!((report.records, report.is_sound()), (6, true));
    assert_eq!(report.tail, Some(SpoolTail { file: SEGMENT.to_owned(), bytes: 20 }));
    assert!(report.to_string().ends_with("was cut short: its last 20 bytes are no whole batch"));
}

#[test]
fn files_that_were_put_aside_are_named() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    disk.flip(SEGMENT, find(&disk, "a f=1"), 0);
    let mut log = open_log(&disk);
    let shelf = log.shelf();
    let mut cursor = Cursor::new(Arc::clone(&shelf), 0);
    while let Some(found) = cursor.next().unwrap() {
        if let Found::Frame(place) = found {
            let _ = shelf.load(&place);
        }
    }
    log.settle(0..6);
    log.close().unwrap();
    let report = spool(&disk).verify().unwrap();
    assert_eq!((report.put_aside, report.lost), (vec![format!("{SEGMENT}.corrupt")], vec![]));
}

#[test]
fn an_export_says_where_its_records_go() {
    let disk = MemoryDisk::new();
    let mut log = three_frames(&disk);
    let mut other = batch("a\"b\n", &["d f=7 1"]);
    other.precision = Precision::Seconds;
    let to = Destination::database("größe").retention_policy("week").org("o");
    let named = Batch { destination: Arc::new(to), ..batch("", &["e f=8"]) };
    log.append(&other, 0).unwrap();
    log.append(&named, 0).unwrap();
    drop(log);
    let spool = spool(&disk);
    let export = |only: Option<&Destination>| {
        let mut out = Vec::new();
        let report = spool.export(&mut out, only).unwrap();
        (String::from_utf8(out).unwrap(), report.records)
    };
    let (text, records) = export(None);
    let expected = "# bucket=a&precision=ns\na f=1\na f=2\n# bucket=b&precision=ns\nb f=3\n\
                    # bucket=a&precision=ns\na f=4\na f=5\na f=6\n# bucket=a%22b%0A&precision=s\nd f=7 1\n\
                    # database=gr%C3%B6%C3%9Fe&rp=week&org=o&precision=ns\ne f=8\n";
    assert_eq!((text.as_str(), records), (expected, 8));
    assert_eq!(crate::line::read::lines(&text).count(), 8, "the comments hide none");
    let (text, records) = export(Some(&"a".into()));
    assert_eq!((text.as_str(), records), ("# bucket=a&precision=ns\na f=1\na f=2\na f=4\na f=5\na f=6\n", 5));
    assert_eq!(export(Some(&"nobody".into())), (String::new(), 0));
}

#[test]
fn an_output_that_cannot_be_written_ends_an_export() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut full = [0; 30];
    let error = spool(&disk).export(&mut full[..], None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Spool);
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    assert_eq!(source, Some(io::ErrorKind::WriteZero));
}

#[test]
fn lines_are_those_that_were_written_in_their_unit() {
    let disk = MemoryDisk::new();
    let long = format!("m,tag={} text=\"{}\" 5", "t".repeat(70_000), "x".repeat(2_000_000));
    let mut written = batch("b", &[&long, "m v=1,w=2u 6", "m text=\"two\nlines\""]);
    written.precision = Precision::Milliseconds;
    open_log(&disk).append(&written, 0).unwrap();
    let spool = spool(&disk);
    let frame = spool.frames().next().unwrap().unwrap();
    let lines = frame.lines().unwrap();
    assert_eq!((lines.as_bytes(), lines.lines()), (&written.body[..], 3));
    assert_eq!(
        (lines.precision(), frame.records(), lines.all_stamped()),
        (Precision::Milliseconds, 3, false)
    );
}

#[test]
fn what_is_no_line_protocol_is_named_and_can_be_had_as_text() {
    let disk = MemoryDisk::new();
    open_log(&disk).append(&batch("b", &["m v=1", "none"]), 0).unwrap();
    let spool = spool(&disk);
    let frame = spool.frames().next().unwrap().unwrap();
    assert_eq!(frame.text().unwrap(), "m v=1\nnone\n");
    let error = frame.lines().unwrap_err();
    assert!(error.to_string().contains("the records 0..2 are no line protocol"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_the_end() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let spool = spool(&disk);
    disk.fail(Call::Read, 0..u64::MAX, Fault::Broken);
    let errors: Vec<_> = spool.frames().map(|frame| frame.unwrap_err().kind()).collect();
    assert_eq!(errors, [ErrorKind::Spool]);
    for error in [spool.counts().unwrap_err(), spool.verify().unwrap_err()] {
        assert!(error.kind() == ErrorKind::Spool && error.source().is_some(), "{error:?}");
    }
}

#[test]
fn a_newer_version_is_refused() {
    let disk = MemoryDisk::new();
    three_frames(&disk);
    let mut bytes = disk.contents().remove(SEGMENT).unwrap();
    bytes[8] = 2;
    let crc = crc32fast::hash(&bytes[..12]);
    bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    disk.put(SEGMENT, &bytes);
    let error = Spool::of(Path::new("/spool"), Arc::new(disk.clone())).unwrap_err();
    assert!(error.to_string().contains(&format!("{SEGMENT} was made by a newer version")), "{error}");
}

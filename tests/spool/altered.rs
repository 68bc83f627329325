//! Rows 41 and 42: files of a newer version, of no version, of a wrong length, and segments that are deleted or swapped.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use influx_core::testing::TestServer;
use influx_spool_tests::{Counts, Orders, Report};

use crate::child::Process;
use crate::folder::{Folder, HEAD, Segment};
use crate::judge::{self, Course};

/// Leaves several segments of durable records behind, and nothing else that could be lost; the server is down.
fn left_behind(folder: &Folder, server: &TestServer) -> (Course, Vec<Segment>) {
    let before = Process::start(&Orders { records: 200, ..judge::orders(server, folder) }).end();
    assert_eq!(before.counts().stored, 200);
    server.stop();
    let orders =
        Orders { first: 10_000, records: 2_600, max_bytes: 768 * 1024, ..judge::orders(server, folder) };
    let process = Process::start(&orders);
    process.wait_for("all to be durable", |reports| reports.contains(&Report::Written).then_some(()));
    let mut course = Course::default();
    course.add(&before);
    course.add(&process.kill());
    let segments = folder.segments();
    assert_eq!((course.durable.len(), segments.len() > 4), (2_800, true), "{segments:?}");
    (course, segments)
}

/// All that the files hold, but for who has them.
fn contents(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(&folder.spool).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| !path.ends_with("LOCK"));
    files.map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_nothing_is_touched() {
    for acks in [false, true] {
        let (folder, server) = (Folder::new(), judge::server());
        let (course, segments) = left_behind(&folder, &server);
        let path = if acks { folder.spool.join("acks.log") } else { segments[1].path.clone() };
        let old = fs::read(&path).unwrap();
        let mut new = old.clone();
        new[8..12].copy_from_slice(&2_u32.to_le_bytes());
        let sum = crc32fast::hash(&new[..12]);
        new[12..16].copy_from_slice(&sum.to_le_bytes());
        fs::write(&path, &new).unwrap();
        let before = contents(&folder);
        let end = Process::start(&judge::orders(&server, &folder)).end();
        let name = path.file_name().unwrap().to_str().unwrap();
        for word in [name, "newer"] {
            assert!(end.refused().contains(word), "{word:?} is not in {:?}", end.refused());
        }
        assert!(contents(&folder) == before, "what cannot be read is changed");
        fs::write(&path, &old).unwrap();
        course.ends_well(&folder, &server);
    }
}

/// The segments before the files are changed so, and the account of what is lost by that.
#[track_caller]
fn lost(change: impl Fn(&Folder, &[Segment])) -> (Vec<Segment>, Counts) {
    let (folder, server) = (Folder::new(), judge::server());
    let (course, segments) = left_behind(&folder, &server);
    change(&folder, &segments);
    let counts = judge::drain(&folder, &server);
    assert_eq!((counts.dropped, counts.rejected), (counts.corrupt, 0), "{counts:?}");
    let stored = judge::stored(&server);
    let invented: Vec<_> = stored.difference(&course.attempted).collect();
    assert!(invented.is_empty(), "nobody wrote {invented:?}");
    let missing = course.durable.difference(&stored).count() as u64;
    assert_eq!(counts.corrupt, missing, "{counts:?}");
    assert_eq!(counts.recovered, counts.stored + counts.corrupt);
    (segments, counts)
}

/// How many records the segment has, by the names.
fn records(segments: &[Segment], index: usize) -> u64 {
    segments[index + 1].first - segments[index].first
}

#[test]
fn a_segment_that_is_deleted_is_a_gap_of_known_size() {
    let (segments, counts) = lost(|_, segments| fs::remove_file(&segments[2].path).unwrap());
    assert_eq!(counts.corrupt, records(&segments, 2));
}

#[test]
fn the_oldest_segment_is_missed_as_well() {
    let (segments, counts) = lost(|_, segments| fs::remove_file(&segments[0].path).unwrap());
    assert_eq!(counts.corrupt, records(&segments, 0));
}

#[test]
fn segments_that_are_swapped_are_lost_and_no_others() {
    let (segments, counts) = lost(|folder, segments| {
        let (one, other, aside) = (&segments[1].path, &segments[3].path, folder.beside("aside"));
        fs::rename(one, &aside).unwrap();
        fs::rename(other, one).unwrap();
        fs::rename(&aside, other).unwrap();
    });
    let both = records(&segments, 1) + records(&segments, 3);
    assert_eq!(counts.corrupt, both);
}

#[test]
fn a_segment_without_a_byte_is_a_gap() {
    for len in [0, 7, HEAD] {
        let (segments, counts) = lost(|_, segments| {
            OpenOptions::new().write(true).open(&segments[2].path).unwrap().set_len(len).unwrap();
        });
        assert_eq!(counts.corrupt, records(&segments, 2), "{len}");
    }
}

/// Half of a list that was to take the place of the other.
#[test]
fn a_new_list_of_what_is_settled_that_is_torn_loses_nothing() {
    let (_, counts) = lost(|folder, _| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.spool.join("acks.new"))
            .unwrap();
        file.write_all(b"half of it").unwrap();
    });
    assert_eq!(counts.corrupt, 0);
}

#[test]
fn a_list_of_what_is_settled_that_is_gone_or_empty_loses_nothing() {
    for gone in [false, true] {
        let (_, counts) = lost(|folder, _| {
            let path = folder.spool.join("acks.log");
            if gone { fs::remove_file(path).unwrap() } else { fs::write(path, b"").unwrap() }
        });
        assert_eq!(counts.corrupt, 0);
    }
}

/// Of 16 GiB, where that does not take long.
const HOLE: u64 = if cfg!(debug_assertions) { 1 << 30 } else { 16 << 30 };

/// A hole is looked through, but not into memory.
#[test]
fn a_segment_with_a_long_hole_is_read_in_bounded_memory() {
    for last in [false, true] {
        let (_, counts) = lost(|_, segments| {
            let segment = if last { segments.last().unwrap() } else { &segments[2] };
            let file = OpenOptions::new().write(true).open(&segment.path).unwrap();
            file.set_len(HOLE).unwrap();
        });
        assert_eq!(counts.corrupt, 0, "all of it is still there");
        assert!(counts.peak < 256 * 1024, "{} KiB", counts.peak);
    }
}

#[test]
fn other_files_are_let_alone() {
    let (folder, server) = (Folder::new(), judge::server());
    let (course, _) = left_behind(&folder, &server);
    let strange = [("seg-12.log", "a"), ("notes", "b"), ("seg-00000000000000000007.log.corrupt", "c")];
    for (name, text) in strange {
        fs::write(folder.spool.join(name), text).unwrap();
    }
    server.restart().unwrap();
    let end = Process::start(&judge::orders(&server, &folder)).end();
    assert_eq!((end.counts().dropped, end.counts().pending), (0, 0), "{:?}", end.counts());
    course.is_true(&server);
    for (name, text) in strange {
        assert_eq!(fs::read_to_string(folder.spool.join(name)).unwrap(), text, "{name}");
    }
}

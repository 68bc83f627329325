//! Row 37: the disk is full, and later there is room again.

use std::fs;
use std::path::Path;

use influx_core::testing::TestServer;
use influx_spool_tests::{Orders, Report};

use crate::child::Process;
use crate::folder::Folder;
use crate::judge::{self, Course};
use crate::needs;

/// More than any of the disks can hold.
fn orders(server: &TestServer, folder: &Folder) -> Orders {
    Orders { records: 60_000, pause: 0, queue_bytes: 32 * 1024 * 1024, ..judge::orders(server, folder) }
}

/// Waits until records are not durable for this reason, and says how many are by then.
#[track_caller]
pub(crate) fn wait_until_late(process: &Process, why: &str) -> usize {
    process.wait_for(why, |reports| {
        let late =
            reports.iter().any(|report| matches!(report, Report::Late { error, .. } if error.contains(why)));
        late.then(|| durable(reports))
    })
}

fn durable(reports: &[Report]) -> usize {
    reports.iter().filter(|report| matches!(report, Report::Durable { .. })).count()
}

/// Waits until more records are durable than there were.
#[track_caller]
pub(crate) fn wait_until_more(process: &Process, before: usize) {
    process.wait_for("record that is durable again", |reports| (durable(reports) > before).then_some(()));
}

/// Takes all the room that there is.
fn fill(path: &Path) {
    let mut size = 1024 * 1024;
    let mut bytes = Vec::new();
    while size >= 4096 {
        let more = [bytes.as_slice(), &vec![0; size]].concat();
        match fs::write(path, &more) {
            Ok(()) => bytes = more,
            Err(_) => size /= 2,
        }
    }
    fs::write(path, &bytes).unwrap();
}

#[test]
fn a_full_disk_holds_up_what_is_durable_until_the_server_makes_room() {
    if !needs::root() {
        return;
    }
    for size in ["64k", "256k", "1m"] {
        let (folder, server) = (Folder::on_tmpfs(size), judge::server());
        server.stop();
        let process = Process::start(&orders(&server, &folder));
        wait_until_late(&process, "No space left");
        server.restart().unwrap();
        let end = process.end();
        let counts = end.counts();
        assert!(judge::adds_up(&counts), "{size}: {counts:?}");
        assert_eq!((counts.stored, counts.pending), (60_000, 0), "{size}: {counts:?}");
        assert_eq!(end.durable(), end.attempted(), "{size}");
        let mut course = Course::default();
        course.add(&end);
        course.ends_well(&folder, &server);
    }
}

#[test]
fn a_full_disk_that_is_freed_takes_records_again() {
    if !needs::root() {
        return;
    }
    for (size, grown) in [("256k", None), ("4m", Some("64m"))] {
        let (folder, server) = (Folder::on_tmpfs(size), judge::server());
        server.stop();
        let filler = folder.disk().join("filler");
        if grown.is_none() {
            fs::write(&filler, vec![0; 100_000]).unwrap();
        }
        let process = Process::start(&orders(&server, &folder));
        let before = wait_until_late(&process, "No space left");
        match grown {
            Some(size) => folder.remount(&format!("size={size}")),
            None => fs::remove_file(&filler).unwrap(),
        }
        wait_until_more(&process, before);
        let mut course = Course::default();
        course.add(&process.kill());
        course.ends_well(&folder, &server);
    }
}

/// What is settled cannot be written down: it is sent again, and that is all.
#[test]
fn a_disk_that_is_full_for_what_is_settled_loses_nothing() {
    if !needs::root() {
        return;
    }
    let (folder, server) = (Folder::on_tmpfs("1m"), judge::server());
    server.stop();
    let process = Process::start(&Orders { records: 2_000, ..orders(&server, &folder) });
    process.wait_for("written", |reports| reports.contains(&Report::Written).then_some(()));
    let filler = folder.disk().join("filler");
    fill(&filler);
    server.restart().unwrap();
    let end = process.end();
    assert_eq!(end.counts().stored, 2_000, "{:?}", end.counts());
    fs::remove_file(&filler).unwrap();
    let mut course = Course::default();
    course.add(&end);
    course.ends_well(&folder, &server);
}

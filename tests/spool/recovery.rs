//! Row 32: a process is killed while it reads a spool again, twice, and what is found afterwards is the same.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;

use influx_core::testing::TestServer;
use influx_spool_tests::Orders;

use crate::child::Process;
use crate::folder::Folder;
use crate::judge::{self, Course};
use crate::{needs, trace};

/// What reading a spool again may ask of the system.
const CALLS: [&str; 9] =
    ["openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "getdents64"];

/// Of these, what it asks before it has read all.
const IN_THE_MIDST: [&str; 4] = ["openat", "pread64", "ftruncate", "getdents64"];

/// Opens a spool and closes it at once; the server is down.
fn open(server: &TestServer, folder: &Folder) -> Orders {
    Orders { close: 0, ..judge::orders(server, folder) }
}

/// A spool of some segments that a killed process left, with the beginning of something at its end.
fn left_behind(server: &TestServer, folder: &Folder) -> Course {
    server.stop();
    let orders = Orders { records: 100_000, max_bytes: 512 * 1024, ..judge::orders(server, folder) };
    let process = Process::start(&orders);
    process
        .wait_for("third segment", |_| (folder.spool.exists() && folder.segments().len() > 2).then_some(()));
    let end = process.kill();
    let mut course = Course::default();
    course.add(&end);
    assert!(!course.durable.is_empty());
    let last = folder.segments().pop().unwrap();
    OpenOptions::new().append(true).open(last.path).unwrap().write_all(b"torn by the end of power").unwrap();
    course
}

#[test]
fn a_spool_that_is_opened_again_and_again_holds_the_same() {
    let (folder, server) = (Folder::new(), judge::server());
    let course = left_behind(&server, &folder);
    let mut before = None;
    for _ in 0..3 {
        let end = Process::start(&open(&server, &folder)).end();
        let counts = end.counts();
        assert!(judge::adds_up(&counts) && counts.pending == counts.recovered, "{counts:?}");
        assert_eq!(*before.get_or_insert(counts.recovered), counts.recovered);
    }
    course.ends_well(&folder, &server);
}

#[test]
fn a_spool_whose_recovery_is_killed_twice_holds_the_same() {
    if !needs::strace() {
        return;
    }
    let runs = needs::number("INFLUX_KILL_CYCLES", 10).div_ceil(CALLS.len() as u64).max(3);
    let (folder, server) = (Folder::new(), judge::server());
    let course = left_behind(&server, &folder);
    let log = folder.beside("log");
    let end = Process::traced(trace::command(&log, &CALLS, &[]), &open(&server, &folder)).end();
    let before = end.recovered().unwrap();
    let places = trace::places(&trace::calls(&log), |call| call.is_in(&folder.spool));
    let (mut in_the_midst, mut afterwards) = (BTreeSet::new(), 0);
    for (call, places) in &places {
        for at in trace::spread(places, runs) {
            for _ in 0..2 {
                let injected = [format!("{call}:signal=KILL:when={at}")];
                let end =
                    Process::traced(trace::command(&log, &[call], &injected), &open(&server, &folder)).end();
                match end.recovered() {
                    Some(found) => {
                        assert_eq!(found, before, "after the death at {call} {at}");
                        afterwards += u64::from(end.was_killed());
                    }
                    None => {
                        assert!(
                            end.was_killed() && trace::names(&log, &folder.spool),
                            "{call} {at}: {end:?}"
                        );
                        in_the_midst.insert(call.as_str());
                    }
                }
            }
        }
    }
    // else it shows nothing
    for call in IN_THE_MIDST {
        assert!(in_the_midst.contains(call), "nothing is killed at {call} while it reads: {places:?}");
    }
    assert!(afterwards > 0, "nothing is killed once it has read all: {places:?}");
    let end = Process::start(&open(&server, &folder)).end();
    assert_eq!(end.recovered(), Some(before));
    course.ends_well(&folder, &server);
}

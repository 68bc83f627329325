//! Row 32: a process is killed while it reads a spool again, twice, and what is found afterwards is the same.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;

use influx_core::testing::TestServer;
use influx_spool_tests::{Orders, Report};

use crate::child::{End, Process};
use crate::folder::Folder;
use crate::judge::{self, Course};
use crate::{needs, trace};

/// What reading a spool again may ask of the system.
const CALLS: [&str; 9] =
    ["openat", "pread64", "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "getdents64"];

/// Opens a spool and closes it at once; the server is down.
fn open(server: &TestServer, folder: &Folder) -> Orders {
    Orders { close: 0, ..judge::orders(server, folder) }
}

/// How many records it found, if it came so far.
fn found(end: &End) -> Option<u64> {
    end.reports.iter().find_map(|report| match report {
        Report::Opened { recovered } => Some(*recovered),
        _ => None,
    })
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
    let cycles = needs::number("INFLUX_KILL_CYCLES", 10).div_ceil(CALLS.len() as u64).max(2);
    let (folder, server) = (Folder::new(), judge::server());
    let course = left_behind(&server, &folder);
    let log = folder.beside("log");
    let end = Process::traced(trace::command(&log, &CALLS, &[]), &open(&server, &folder)).end();
    let before = found(&end);
    let mut counts = BTreeMap::new();
    for call in trace::calls(&log) {
        *counts.entry((call.thread, call.name)).or_insert(0) += 1;
    }
    let (mut killed, mut unopened) = (0, 0);
    for ((_, call), most) in counts {
        let runs = cycles.min(most);
        for run in 0..runs {
            let at: u64 = 1 + run * (most - 1) / runs.saturating_sub(1).max(1);
            for _ in 0..2 {
                let injected = [format!("{call}:signal=KILL:when={at}")];
                let command = trace::command(&log, &[&call], &injected);
                let end = Process::traced(command, &open(&server, &folder)).end();
                killed += u64::from(end.was_killed());
                match found(&end) {
                    Some(found) => assert_eq!(Some(found), before, "after the death at {call} {at}"),
                    None => unopened += 1,
                }
            }
        }
    }
    assert!(killed > 0 && unopened > 0, "{killed} were killed, {unopened} of them before they had read it");
    let end = Process::start(&open(&server, &folder)).end();
    assert_eq!(found(&end), before);
    course.ends_well(&folder, &server);
}

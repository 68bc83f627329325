//! Row 31: a writing process is killed at a system call, before it is made.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;

use influx_core::testing::TestServer;
use influx_spool_tests::Orders;

use crate::child::Process;
use crate::folder::{Folder, HEAD};
use crate::judge::{self, Course};
use crate::{needs, trace};

/// What a spool asks of the system, and `write` for what the process tells.
const CALLS: [&str; 10] = [
    "pwrite64",
    "fdatasync",
    "fsync",
    "unlink",
    "rename",
    "openat",
    "pread64",
    "ftruncate",
    "getdents64",
    "write",
];

/// What must be met, so that the table says something; the others may be needed or not.
const ALWAYS: [&str; 7] = ["pwrite64", "fdatasync", "fsync", "unlink", "rename", "openat", "write"];

/// Writes several segments, all of which the server takes; each run has numbers of its own.
fn orders(server: &TestServer, folder: &Folder, run: u64) -> Orders {
    let orders = judge::orders(server, folder);
    Orders { first: run * 10_000, records: 1_500, writers: 1, max_bytes: 512 * 1024, ..orders }
}

/// The first run after those of which something is left.
const LATER: u64 = 2;

/// Makes the list of what was settled so long, with what stands in it, that it is written anew.
fn pad_acks(folder: &Folder) {
    let path = folder.spool.join("acks.log");
    let Ok(bytes) = fs::read(&path) else { return };
    let Some(last) = bytes.get(HEAD as usize..).and_then(|acks| acks.chunks_exact(24).last()) else { return };
    let whole = (bytes.len() - HEAD as usize) / 24 * 24;
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(HEAD + whole as u64).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(&last.repeat(50_000)).unwrap();
}

/// A spool to which others have written before: something is settled, and something is left.
fn left_behind() -> (Folder, Course) {
    let (folder, server) = (Folder::new(), judge::server());
    let settled = Process::start(&orders(&server, &folder, 0)).end();
    assert_eq!(settled.counts().stored, 1_500);
    server.stop();
    let left = Orders { records: 300, close: 0, ..orders(&server, &folder, 1) };
    let left = Process::start(&left).end();
    assert_eq!((left.counts().pending, left.durable().len()), (300, 300));
    pad_acks(&folder);
    let mut course = Course::default();
    course.add(&left);
    (folder, course)
}

/// At which places a call is one on the spool, or one by which something is told.
fn places(folder: &Folder) -> BTreeMap<String, Vec<u64>> {
    let (log, server) = (folder.beside("counted"), judge::server());
    let end = Process::traced(trace::command(&log, &CALLS, &[]), &orders(&server, folder, LATER)).end();
    assert_eq!((end.recovered(), end.counts().stored), (Some(300), 1_800));
    trace::places(&trace::calls(&log), |call| call.name == "write" || call.is_in(&folder.spool))
}

#[test]
fn what_is_durable_outlives_kill_9_at_any_system_call() {
    if !needs::strace() {
        return;
    }
    let runs = needs::number("INFLUX_KILL_CYCLES", 10).div_ceil(CALLS.len() as u64).max(3);
    let (before, left) = left_behind();
    let places = places(&before.copy());
    for call in ALWAYS {
        assert!(places.contains_key(call), "a spool never calls {call}: {places:?}");
    }
    let (mut durable, mut recovered) = (0, 0);
    for (call, places) in places {
        let (folder, server, mut course) = (before.copy(), judge::server(), left.clone());
        let mut killed = 0;
        let places = trace::spread(&places, runs);
        for (run, at) in (LATER..).zip(&places) {
            let injected = [format!("{call}:signal=KILL:when={at}")];
            let command = trace::command(&folder.beside("log"), &[&call], &injected);
            let end = Process::traced(command, &orders(&server, &folder, run)).end();
            killed += u64::from(end.was_killed());
            durable += end.durable().len();
            recovered += end.recovered().unwrap_or_default();
            course.add(&end);
            pad_acks(&folder);
        }
        folder.is_decent();
        let counts = course.ends_well(&folder, &server);
        assert!(killed > 0, "{call} at {places:?}, none of them killed: {counts:?}");
        recovered += counts.recovered;
    }
    // else it shows nothing
    assert!(durable > 0 && recovered > 0, "{durable} durable, {recovered} found");
}

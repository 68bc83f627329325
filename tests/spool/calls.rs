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

/// Writes several segments, all of which the server takes.
fn orders(server: &TestServer, folder: &Folder, run: u64) -> Orders {
    let orders = judge::orders(server, folder);
    Orders { first: run * 10_000, records: 1_500, writers: 1, max_bytes: 512 * 1024, ..orders }
}

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

/// The most that any thread makes of each call.
fn most(folder: &Folder, server: &TestServer) -> BTreeMap<String, u64> {
    let log = folder.beside("counted");
    let end = Process::traced(trace::command(&log, &CALLS, &[]), &orders(server, folder, 0)).end();
    assert_eq!(end.counts().stored, 1_500);
    let mut counts = BTreeMap::new();
    for call in trace::calls(&log) {
        *counts.entry((call.thread, call.name)).or_insert(0) += 1;
    }
    let mut most = BTreeMap::new();
    for ((_, name), count) in counts {
        let known = most.entry(name).or_insert(0);
        *known = count.max(*known);
    }
    most
}

#[test]
fn what_is_durable_outlives_kill_9_at_any_system_call() {
    if !needs::strace() {
        return;
    }
    let cycles = needs::number("INFLUX_KILL_CYCLES", 10).div_ceil(CALLS.len() as u64);
    let (counting, server) = (Folder::new(), judge::server());
    // a life before, to be found
    let before = Process::start(&Orders { first: 900_000, ..orders(&server, &counting, 0) }).end();
    assert_eq!(before.counts().pending, 0);
    pad_acks(&counting);
    let most = most(&counting, &server);
    for call in ALWAYS {
        assert!(most.contains_key(call), "a spool never calls {call}: {most:?}");
    }
    for (call, most) in most {
        let (folder, server) = (Folder::new(), judge::server());
        let mut course = Course::default();
        let mut killed = 0;
        let runs = cycles.min(most);
        for run in 0..runs {
            // all of them, or some from the first to the last
            let at = 1 + run * (most - 1) / runs.saturating_sub(1).max(1);
            let command =
                trace::command(&folder.beside("log"), &[&call], &[format!("{call}:signal=KILL:when={at}")]);
            let end = Process::traced(command, &orders(&server, &folder, run)).end();
            killed += u64::from(end.was_killed());
            course.add(&end);
            pad_acks(&folder);
        }
        if folder.spool.exists() {
            folder.is_decent();
        }
        let counts = course.ends_well(&folder, &server);
        assert!(killed > 0, "{call}: {runs} runs, none of them killed: {counts:?}");
    }
}

//! Row 38: the disk says that it could not keep what it was told to, and then the power fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use influx_spool_tests::{Orders, Report};

use crate::child::Process;
use crate::folder::Folder;
use crate::judge::{self, Course};
use crate::trace::Call;
use crate::{needs, trace};

/// What changes files, and what makes that last.
const CALLS: [&str; 6] = ["openat", "pwrite64", "ftruncate", "fdatasync", "fsync", "rename"];

/// What a disk surely holds after a loss of power: what was forced onto it, and told so.
#[derive(Debug, Default)]
struct Disk {
    /// How far each file is written, and how far it surely is on the disk.
    files: BTreeMap<PathBuf, (u64, u64)>,
    /// Files whose names may be gone.
    unnamed: BTreeSet<PathBuf>,
}

impl Disk {
    fn after(calls: &[Call], spool: &Path) -> Self {
        let mut disk = Self::default();
        for call in calls.iter().filter(|call| call.result >= 0) {
            disk.take(call, spool);
        }
        disk
    }

    fn take(&mut self, call: &Call, spool: &Path) {
        let numbers = || call.arguments.rsplit(", ").map_while(|text| text.parse::<u64>().ok());
        match (call.name.as_str(), &call.path) {
            ("openat", _) if call.arguments.contains("O_CREAT") => {
                let path = call.arguments.split('"').nth(1).map(PathBuf::from).unwrap();
                if path.parent() == Some(spool) && !self.files.contains_key(&path) {
                    self.unnamed.insert(path);
                }
            }
            ("pwrite64", Some(path)) => {
                let end = numbers().next().unwrap() + call.result as u64;
                let (written, _) = self.files.entry(path.clone()).or_default();
                *written = end.max(*written);
            }
            ("ftruncate", Some(path)) => {
                let len = numbers().next().unwrap();
                let (written, forced) = self.files.entry(path.clone()).or_default();
                (*written, *forced) = (len, len.min(*forced));
            }
            ("fsync", Some(path)) if path == spool => self.unnamed.clear(),
            ("fdatasync" | "fsync", Some(path)) => {
                let (written, forced) = self.files.entry(path.clone()).or_default();
                *forced = *written;
            }
            ("rename", _) => {
                let mut paths = call.arguments.split('"').skip(1).step_by(2).map(PathBuf::from);
                let (from, to) = (paths.next().unwrap(), paths.next().unwrap());
                if let Some(file) = self.files.remove(&from) {
                    self.files.insert(to, file);
                }
                self.unnamed.remove(&from);
            }
            _ => {}
        }
    }

    /// Takes away all that a loss of power may take.
    fn lose_power(&self) {
        for path in &self.unnamed {
            let _ = fs::remove_file(path);
        }
        for (path, (_, forced)) in &self.files {
            if let Ok(file) = OpenOptions::new().write(true).open(path) {
                file.set_len(*forced).unwrap();
            }
        }
    }
}

/// Writes with the server down until much is durable, dies, and loses the power.
fn die(folder: &Folder, injected: &[String], orders: Orders) -> (Course, Vec<Call>) {
    let log = folder.beside("log");
    let process = Process::traced(trace::command(&log, &CALLS, injected), &orders);
    process.wait_for("durable records", |reports| {
        let durable = reports.iter().filter(|report| matches!(report, Report::Durable { .. })).count();
        (durable >= 200).then_some(())
    });
    let mut course = Course::default();
    course.add(&process.kill());
    let calls = trace::calls(&log);
    Disk::after(&calls, &folder.spool).lose_power();
    (course, calls)
}

#[test]
fn nothing_is_called_durable_that_the_disk_did_not_keep() {
    if !needs::strace() {
        return;
    }
    const SMALLEST: u64 = 1024 * 1024; // names are forced onto the disk with each segment of 128 KiB
    const SMALL: u64 = 4 * 1024 * 1024; // now and then several segments for one sync
    const LARGE: u64 = 64 * 1024 * 1024;
    // Seldom enough that some attempt meets no failure: one alone makes a sync of several files fail.
    for (injected, max_bytes) in [
        (None, SMALL),
        (Some("fdatasync:error=EIO:when=3"), SMALL),
        (Some("fdatasync:error=EIO:when=1..4"), SMALL),
        (Some("fdatasync:error=EIO:when=3+2"), LARGE),
        (Some("fsync:error=EIO:when=2"), SMALLEST),
        (Some("fsync:error=EIO:when=2+11"), SMALLEST),
        (Some("pwrite64:error=EIO:when=7+15"), LARGE),
        (Some("pwrite64:error=ENOSPC:when=7+15"), SMALL),
    ] {
        let (folder, server) = (Folder::new(), judge::server());
        server.stop();
        let orders = Orders { records: 100_000, max_bytes, ..judge::orders(&server, &folder) };
        let injected: Vec<_> = injected.into_iter().map(str::to_owned).collect();
        let (course, calls) = die(&folder, &injected, orders);
        assert_eq!(calls.iter().any(|call| call.injected), !injected.is_empty(), "{injected:?}");
        let synced =
            |call: &Call| call.name == "fdatasync" && call.path.as_ref().is_some_and(|path| is_segment(path));
        let failed = calls.iter().enumerate().filter(|(_, call)| synced(call) && call.result < 0);
        for (place, failed) in failed {
            let again =
                calls[place + 1..].iter().find(|call| call.name == "fdatasync" && call.path == failed.path);
            assert_eq!(again, None, "a file whose sync has failed is never asked again");
        }
        judge::drain(&folder, &server);
        course.is_true(&server);
    }
}

fn is_segment(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seg-"))
}

/// Else the test above would show nothing.
#[test]
fn without_a_sync_the_loss_of_power_takes_what_survives_a_kill() {
    if !needs::strace() {
        return;
    }
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    let orders = Orders { records: 100_000, group: false, ..judge::orders(&server, &folder) };
    let (course, _) = die(&folder, &[], orders);
    judge::drain(&folder, &server);
    assert!(!course.durable.is_subset(&judge::stored(&server)));
}

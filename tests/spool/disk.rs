//! Row 39: a disk that refuses, for a while or from the start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use influx_spool_tests::{Orders, Report};

use crate::child::{PROGRAM, Process};
use crate::folder::{self, Folder};
use crate::full::{wait_until_late, wait_until_more};
use crate::judge::{self, Course};
use crate::{needs, trace};

/// The limit cuts a write short, and refuses the next one.
#[test]
fn a_limit_on_the_size_of_files_cuts_no_record_in_two() {
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    // a soft limit, which may be raised again; its signal would kill the process
    let limited = "trap '' XFSZ; exec prlimit --fsize=50000: \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, PROGRAM]);
    let orders = Orders { records: 100_000, max_bytes: 16 * 1024 * 1024, ..judge::orders(&server, &folder) };
    let process = Process::by(command, &orders);
    let before = wait_until_late(&process, "File too large");
    let raised =
        Command::new("prlimit").arg(format!("--pid={}", process.id())).arg("--fsize=1000000000:").status();
    assert!(raised.unwrap().success());
    wait_until_more(&process, before);
    let mut course = Course::default();
    course.add(&process.kill());
    course.ends_well(&folder, &server);
}

/// Leaves some durable records in a spool.
fn left_behind(folder: &Folder, orders: &Orders) -> Course {
    let process = Process::start(&Orders { records: 1_000, ..orders.clone() });
    process.wait_for("all to be durable", |reports| reports.contains(&Report::Written).then_some(()));
    let mut course = Course::default();
    course.add(&process.kill());
    assert_eq!(course.durable.len(), 1_000);
    assert!(!folder.segments().is_empty());
    course
}

/// Opens a spool that must not be opened; nothing in it is changed.
#[track_caller]
fn refused(orders: &Orders, words: &[&str]) {
    refused_by(Command::new(PROGRAM), orders, words);
}

#[track_caller]
fn refused_by(command: Command, orders: &Orders, words: &[&str]) {
    let end = Process::by(command, orders).end();
    let error = end.refused();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in {error:?}");
    }
    let place = orders.spool.to_str().unwrap();
    assert!(error.contains(place), "{place} is not in {error:?}");
}

#[test]
fn a_read_only_disk_is_refused_and_holds_what_it_held() {
    if !needs::root() {
        return;
    }
    let (folder, server) = (Folder::on_tmpfs("4m"), judge::server());
    server.stop();
    let orders = judge::orders(&server, &folder);
    let course = left_behind(&folder, &orders);
    folder.remount("ro");
    refused(&orders, &["Read-only"]);
    folder.remount("rw");
    course.ends_well(&folder, &server);
}

/// A command that runs the program by a user who is not root, to whom this folder belongs then.
fn by_nobody(folder: &Folder) -> Command {
    const NOBODY: u32 = 65534;
    let (around, program) = (folder.beside(""), folder.beside("program"));
    std::os::unix::fs::chown(&around, Some(NOBODY), Some(NOBODY)).unwrap();
    if !program.exists() {
        // where it was built, nobody else may be let in
        folder::copy(Path::new(PROGRAM), &program);
    }
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY);
    command
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_that_may_not_be_read_are_refused_and_kept() {
    // root may read all
    if !needs::root() {
        return;
    }
    for (name, mode) in [("", 0o000), ("LOCK", 0o000), ("acks.log", 0o000), ("seg", 0o000)] {
        let (folder, server) = (Folder::new(), judge::server());
        let orders = Orders { records: 1_000, ..judge::orders(&server, &folder) };
        // one after whom there is a list of what was settled
        let before = Process::by(by_nobody(&folder), &orders).end();
        assert_eq!(before.counts().stored, 1_000);
        server.stop();
        let orders = Orders { first: 10_000, ..orders };
        let process = Process::by(by_nobody(&folder), &orders);
        process.wait_for("all to be durable", |reports| reports.contains(&Report::Written).then_some(()));
        let mut course = Course::default();
        course.add(&before);
        course.add(&process.kill());
        let path = match name {
            "seg" => folder.segments().pop().unwrap().path,
            name => folder.spool.join(name),
        };
        let was = fs::metadata(&path).unwrap().permissions().mode();
        set_mode(&path, mode);
        refused_by(by_nobody(&folder), &orders, &["denied"]);
        set_mode(&path, was & 0o777);
        // the same user, as the files are its own
        server.restart().unwrap();
        let end = Process::by(by_nobody(&folder), &Orders { records: 0, ..orders }).end();
        assert!(judge::adds_up(&end.counts()) && end.counts().pending == 0, "{name}: {:?}", end.counts());
        assert_eq!(end.counts().dropped, 0, "{name}");
        folder.is_decent();
        course.is_true(&server);
    }
}

#[test]
fn a_directory_that_may_not_be_written_for_a_while_takes_records_again() {
    if !needs::root() {
        return;
    }
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    let orders = Orders { records: 100_000, max_bytes: 4 * 1024 * 1024, ..judge::orders(&server, &folder) };
    let process = Process::by(by_nobody(&folder), &orders);
    process.wait_for("first segment", |_| {
        (folder.spool.exists() && !folder.segments().is_empty()).then_some(())
    });
    set_mode(&folder.spool, 0o500);
    let before = wait_until_late(&process, "denied");
    set_mode(&folder.spool, 0o700);
    wait_until_more(&process, before);
    let mut course = Course::default();
    course.add(&process.kill());
    course.ends_well(&folder, &server);
}

/// There is nothing left to keep records in, but they are sent all the same.
#[test]
fn a_directory_that_is_removed_holds_up_no_record() {
    let (folder, server) = (Folder::new(), judge::server());
    let orders = Orders { records: 6_000, max_bytes: 512 * 1024, ..judge::orders(&server, &folder) };
    let process = Process::start(&orders);
    process.wait_for("durable records", |reports| {
        reports.iter().any(|report| matches!(report, Report::Durable { .. })).then_some(())
    });
    fs::remove_dir_all(&folder.spool).unwrap();
    let end = process.end();
    let counts = end.counts();
    assert!(judge::adds_up(&counts) && counts.pending == 0, "{counts:?}");
    let told: u64 = judge::failed(&end.reports).iter().map(|(lines, _)| lines).sum();
    assert_eq!(told, counts.dropped, "what is lost is told: {counts:?}");
    assert_eq!(counts.stored + counts.dropped, 6_000, "{counts:?}");
    assert_eq!(judge::stored(&server).len() as u64, counts.stored);
}

/// One system call fails now and then; everything else goes on.
#[test]
fn calls_that_fail_now_and_then_lose_nothing() {
    if !needs::strace() {
        return;
    }
    for injected in [
        "pwrite64:error=EINTR:when=2+2",
        "pwrite64:error=EROFS:when=5+7",
        "pwrite64:error=ENOSPC:when=5+7",
        // behind those by which the program itself is loaded
        "pread64:error=EINTR:when=9+2",
        "pread64:error=EIO:when=9+20",
        "fdatasync:error=EIO:when=2+3",
        "fdatasync:error=EINTR:when=2+3",
        "fsync:error=EIO:when=3+3",
        "unlink:error=EROFS:when=1+2",
        "rename:error=EIO:when=1+2",
        "ftruncate:error=EIO:when=1+2",
    ] {
        let (folder, server) = (Folder::new(), judge::server());
        let (call, _) = injected.split_once(':').unwrap();
        let orders = Orders { records: 3_000, max_bytes: 4 * 1024 * 1024, ..judge::orders(&server, &folder) };
        let (mut course, mut failed) = (Course::default(), 0);
        for run in 0..2 {
            let log = folder.beside(&format!("log-{run}"));
            let command = trace::command(&log, &[call], &[injected.to_owned()]);
            let process = Process::traced(command, &Orders { first: run * 10_000, ..orders.clone() });
            // the first leaves something to be read
            let end = if run == 0 {
                server.stop();
                process.wait_for("durable records", |reports| {
                    let durable = reports.iter().filter(|report| matches!(report, Report::Durable { .. }));
                    (durable.count() > 100).then_some(())
                });
                let end = process.kill();
                server.restart().unwrap();
                end
            } else {
                process.end()
            };
            course.add(&end);
            let calls = trace::calls(&log);
            failed += calls.iter().filter(|call| call.injected && call.is_in(&folder.spool)).count();
            if run == 1 {
                // what cannot be read now can be read later
                if matches!(end.reports.last(), Some(Report::Refused { error }) if error.contains("Input/output"))
                {
                    assert_eq!(call, "pread64");
                    continue;
                }
                let counts = end.counts();
                assert!(judge::adds_up(&counts) && counts.pending == 0, "{injected}: {counts:?}");
                assert_eq!(counts.dropped, 0, "{injected}: {counts:?}");
            }
        }
        assert!(failed > 0, "{injected}: no call on the spool has failed");
        folder::is_decent(&folder.spool);
        course.ends_well(&folder, &server);
    }
}

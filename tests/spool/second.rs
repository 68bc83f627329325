//! Row 40: two processes and one directory, a lock that nobody holds, and a copy.

use std::fs;

use influx_spool_tests::{Orders, Report};

use crate::child::Process;
use crate::folder::{Folder, copy};
use crate::judge::{self, Course};

#[test]
fn a_second_process_is_told_who_has_the_spool_and_changes_nothing() {
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    let orders = Orders { records: 2_000, pause: 2, ..judge::orders(&server, &folder) };
    let first = Process::start(&orders);
    first.wait_until_open();
    for _ in 0..3 {
        let second = Process::start(&Orders { first: 10_000, ..orders.clone() }).end();
        let error = second.refused().to_owned();
        for word in [folder.spool.to_str().unwrap(), &format!("process {}", first.id())] {
            assert!(error.contains(word), "{word:?} is not in {error:?}");
        }
        assert_eq!(second.attempted().len(), 0);
    }
    server.restart().unwrap();
    let end = first.end();
    assert_eq!(end.counts().stored, 2_000, "{:?}", end.counts());
    let mut course = Course::default();
    course.add(&end);
    course.ends_well(&folder, &server);
}

/// The name of a process in `LOCK` is told, not believed.
#[test]
fn a_lock_that_nobody_holds_is_taken() {
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    let process = Process::start(&Orders { records: 1_000, ..judge::orders(&server, &folder) });
    process.wait_for("all to be durable", |reports| reports.contains(&Report::Written).then_some(()));
    let mut course = Course::default();
    course.add(&process.kill());
    // this process lives, and has nothing to do with it
    for text in [std::process::id().to_string(), "1\n".to_owned(), "nonsense".repeat(1_000), String::new()] {
        fs::write(folder.spool.join("LOCK"), text).unwrap();
        let end = Process::start(&Orders { close: 0, ..judge::orders(&server, &folder) }).end();
        assert_eq!(end.counts().recovered, 1_000);
    }
    course.ends_well(&folder, &server);
}

/// What is sent by both is stored once.
#[test]
fn a_copy_of_the_directory_is_a_spool_of_its_own() {
    let (folder, server) = (Folder::new(), judge::server());
    server.stop();
    let process = Process::start(&Orders { records: 1_000, ..judge::orders(&server, &folder) });
    process.wait_for("all to be durable", |reports| reports.contains(&Report::Written).then_some(()));
    // while it is in use, and afterwards
    let (early, late) = (folder.beside("early"), folder.beside("late"));
    copy(&folder.spool, &early);
    let mut course = Course::default();
    course.add(&process.kill());
    copy(&folder.spool, &late);
    server.restart().unwrap();
    let copies: Vec<_> = [early, late]
        .into_iter()
        .map(|spool| Process::start(&Orders { spool, ..judge::orders(&server, &folder) }))
        .collect();
    course.ends_well(&folder, &server);
    for copy in copies {
        let end = copy.end();
        assert_eq!((end.counts().recovered, end.counts().stored), (1_000, 1_000));
    }
    course.is_true(&server);
}

//! What the thread of the files hears of.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::super::thread;
use super::*;
use crate::line::Precision;
use crate::write::spool::{Log, MemoryDisk};

/// Waits until something is so.
#[track_caller]
fn until(condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Three batches in the files, and the thread that writes them.
fn three() -> Arc<Store> {
    let settings = SpoolOptions::new("in memory");
    let mut log = Log::open(Arc::new(MemoryDisk::new()), settings.max_bytes).unwrap();
    for _ in 0..3 {
        let batch = Batch {
            destination: Arc::new("b".into()),
            precision: Precision::Nanoseconds,
            body: Bytes::from_static(b"m v=0 1\n"),
            ends: vec![8],
            repeatable: true,
        };
        log.append(&batch, 0).unwrap();
    }
    log.sync().unwrap();
    let store = Arc::new(Store::new(&settings, log.next_seq(), None, log.shelf()));
    thread::start(Arc::clone(&store), log, settings.fsync, 0).unwrap();
    store
}

#[test]
fn verdicts_on_what_is_in_the_files_are_noted_whatever_else_has_its_verdict() {
    // What has its verdict before, in the files or not, and where what is not in them ends.
    let cases: [(&[(u64, u64)], u64); 5] =
        [(&[], 0), (&[(3, 4)], 4), (&[(5, 6), (8, 9)], 9), (&[(2, 3)], 0), (&[(2, 3), (7, 8)], 8)];
    for (before, left) in cases {
        let store = three();
        {
            let mut shared = store.lock();
            before.iter().for_each(|(start, end)| shared.settled.insert(*start..*end));
            shared.urgent = true;
        }
        store.wake.notify_all();
        // It has looked at that; where nothing is to be done it waits by now, or it would have the lock.
        until(|| !store.lock().urgent);
        store.settle([0..1, 1..3].into_iter());
        until(|| store.lock().settled.within(&(0..3)).total() == 0);
        assert_eq!(store.lock().settled.end(), left, "{before:?}");
        store.close(None);
        until(|| store.lock().gone);
    }
}

//! Row 43: a spool with much in it begins to send at once, in bounded memory.

use std::fs;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use influx_core::testing::{Script, TestServer};
use influx_spool_tests::{Orders, bucket};

use crate::child::Process;
use crate::folder::{Folder, TOKEN};
use crate::{judge, needs};

/// The bytes of a record in bulk, more or less.
const RECORD: u64 = 540;

/// So much memory a process has beside that of the records: its code, its threads, its buffers.
const BASE: u64 = 48 * 1024 * 1024;

/// What the records in memory may have.
const QUEUE: u64 = 16 * 1024 * 1024;

fn orders(server: &TestServer, folder: &Folder, backlog: u64) -> Orders {
    Orders {
        bulk: true,
        batch: 2_000,
        queue_bytes: QUEUE as usize,
        max_bytes: 2 * backlog + 64 * 1024 * 1024,
        close: HOURS.as_millis() as u64,
        ..judge::orders(server, folder)
    }
}

/// What the server stores: how often each record, and the first line that is none of them.
struct Stored {
    times: Vec<u8>,
    strange: Option<String>,
}

impl Stored {
    fn new(records: u64) -> Self {
        Self { times: vec![0; records as usize], strange: None }
    }

    fn store(&mut self, line: &str) {
        let time = line.rsplit(' ').next().and_then(|time| time.parse::<usize>().ok()).unwrap_or_default();
        let number = time.wrapping_sub(1);
        match self.times.get_mut(number) {
            Some(times) if line == format!("bulk text=\"{number:0500}\" {time}") => {
                *times = times.saturating_add(1);
            }
            _ => drop(self.strange.get_or_insert_with(|| line.to_owned())),
        }
    }

    #[track_caller]
    fn is_each_once(&self) {
        assert_eq!(self.strange, None, "nobody wrote this");
        let wrong = self.times.iter().position(|times| *times != 1);
        let times = wrong.map(|number| self.times[number]);
        assert_eq!((wrong, times), (None, None), "a record that is not stored once, and how often it is");
    }
}

/// How many bytes a process has read, of files and all else.
fn bytes_read(id: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{id}/io")).unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
fn a_long_backlog_is_sent_from_its_beginning_in_bounded_memory() {
    let backlog = needs::number("INFLUX_SPOOL_BACKLOG", 64_000_000);
    let records = backlog / RECORD;
    let folder = Folder::new();
    let stored = Arc::new(Mutex::new(Stored::new(records)));
    let stores = Arc::clone(&stored);
    let server = TestServer::builder()
        .token(TOKEN)
        .bucket(bucket(0))
        .counting(true)
        .on_stored(move |line| stores.lock().unwrap().store(line))
        .start()
        .unwrap();
    server.stop();
    let orders = orders(&server, &folder, backlog);
    let filled = Process::start(&Orders { records, group: false, close: 0, ..orders.clone() })
        .end_within(HOURS)
        .counts();
    assert_eq!((filled.pending, filled.dropped), (records, 0), "{filled:?}");
    let size: u64 = folder.segments().iter().map(|segment| segment.len).sum();
    assert!(size > backlog / 2, "{size} bytes");

    // it answers, but takes nothing yet, so that nothing more is asked for
    let busy = server.script(Script::answer(503));
    server.restart().unwrap();
    let began = Instant::now();
    let process = Process::start(&orders);
    while busy.hits() == 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is sent");
        std::thread::sleep(Duration::from_millis(1));
    }
    let (first, read) = (began.elapsed(), bytes_read(process.id()));
    // the heads of some hundred batches, and the batches that are sent first
    let bound = size / 100 + 12 * 1024 * 1024;
    assert!(read < bound, "{read} bytes of {size} were read before the first was sent");
    busy.end();
    let drained = process.end_within(HOURS).counts();
    assert!(judge::adds_up(&drained), "{drained:?}");
    assert_eq!((drained.recovered, drained.stored, drained.pending), (records, records, 0), "{drained:?}");
    stored.lock().unwrap().is_each_once();
    let memory = drained.peak * 1024;
    // the macro would be captured, and this is what one wants to know
    let _ = writeln!(
        io::stderr(),
        "backlog: {size} bytes; first request after {first:?} and {read} bytes read; at most {memory} bytes of memory"
    );
    assert!(memory < QUEUE + BASE, "{memory} bytes of memory");
    if std::env::var_os("INFLUX_SPOOL_JUDGE").is_some() {
        assert!(first < Duration::from_secs(2), "the first request came after {first:?}");
    }
}

/// The patience for a backlog of any size.
const HOURS: Duration = Duration::from_secs(3 * 3600);

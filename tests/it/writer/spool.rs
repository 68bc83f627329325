//! The same for a writer with a spool, which is closed, dropped and opened again at random: no record is lost, and the
//! counts hold across runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use influx_core::write::{Deliver, Fsync, SpoolOptions, SpoolUse, Writer};
use influx_core::{Destination, EncodeOptions, ErrorKind, WriteOptions};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use super::server::{End, Ends, Fault, Name, Server, check, fault, name, noted, text};

/// `INFLUX_PROPERTY_CASES` says how many sequences there are; each has a disk of its own.
fn cases() -> u32 {
    std::env::var("INFLUX_PROPERTY_CASES").map_or(30, |text| text.parse().unwrap())
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_record_gets_one_verdict_whenever_the_writer_ends(sequential 1..30 => Watched);
}

/// Room for a call's records, each in a batch of its own.
const QUEUE: usize = 24 * 64 * 1024;

/// Room in the files, in bytes: they may be full now and then, or never.
const SMALL: u64 = 64 * 1024;
const LARGE: u64 = 1024 * 1024;

#[derive(Debug, Clone)]
struct Model {
    in_flight: usize,
    batch_size: usize,
    fsync: Fsync,
    when: SpoolUse,
    max_bytes: u64,
    /// How many records were offered, by destination.
    offered: [u32; 3],
}

#[derive(Debug, Clone)]
enum Step {
    /// Offers so many records to a destination, in one call.
    Write(u8, u32),
    /// The same, and waits until they are in the files.
    Keep(u8, u32),
    Meet(Vec<Fault>),
    /// Milliseconds.
    Pass(u16),
    /// No more faults, and everything is waited for.
    Quiet,
    /// After a close with a deadline in milliseconds.
    Reopen(u16),
    /// After the last handle is dropped.
    Drop,
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let fsync =
            prop_oneof![Just(Fsync::Group), Just(Fsync::Never), Just(Fsync::Every(Duration::from_millis(5)))];
        let when = prop_oneof![Just(SpoolUse::Always), Just(SpoolUse::WhenFull)];
        let max_bytes = prop_oneof![Just(SMALL), Just(LARGE)];
        (prop_oneof![Just(1_usize), Just(4)], 1..9_usize, fsync, when, max_bytes)
            .prop_map(|(in_flight, batch_size, fsync, when, max_bytes)| Self {
                in_flight,
                batch_size,
                fsync,
                when,
                max_bytes,
                offered: [0; 3],
            })
            .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            12 => (0..3_u8, 1..20_u32).prop_map(|(to, count)| Step::Write(to, count)),
            2 => (0..3_u8, 1..20_u32).prop_map(|(to, count)| Step::Keep(to, count)),
            6 => prop::collection::vec(fault(), 1..12).prop_map(Step::Meet),
            4 => (0..3_000_u16).prop_map(Step::Pass),
            1 => Just(Step::Quiet),
            3 => (0..200_u16).prop_map(Step::Reopen),
            2 => Just(Step::Drop),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        if let Step::Write(to, count) | Step::Keep(to, count) = step {
            state.offered[usize::from(*to)] += count;
        }
        state
    }
}

/// A directory that is removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("spool-model-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // of a process of this number that was killed
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Watched {
    runtime: Runtime,
    server: Arc<Server>,
    folder: Folder,
    ends: Ends,
    writers: Option<[Writer; 3]>,
    written: Vec<Name>,
    /// In this run.
    taken: u64,
    /// Records that were in memory at an end, as the files were full.
    lost: u64,
}

impl Watched {
    fn open(&mut self, model: &Model, left: u64) {
        let spool =
            SpoolOptions::new(&self.folder.0).fsync(model.fsync).when(model.when).max_bytes(model.max_bytes);
        let options = WriteOptions::new()
            .batch_size(model.batch_size)
            .in_flight(model.in_flight)
            .queue_bytes(QUEUE)
            .retry_interval(Duration::from_millis(200))
            .spool(spool);
        let options = noted(options, &self.ends);
        let deliver = Arc::clone(&self.server) as Arc<dyn Deliver>;
        let writers = self.runtime.block_on(async {
            let to = Destination::bucket("0");
            let first = Writer::with_deliver(deliver, to, EncodeOptions::new(), options).unwrap();
            let (second, third) = (first.to("1").unwrap(), first.to("2").unwrap());
            [first, second, third]
        });
        let recovered = writers[0].stats().recovered;
        assert!(
            recovered == left || model.max_bytes == SMALL && recovered < left,
            "{recovered} of {left} that were left are found"
        );
        self.lost += left - recovered;
        (self.writers, self.taken) = (Some(writers), 0);
    }

    fn quiet(&self) {
        self.server.heal();
        let writer = self.writer(0);
        while self.runtime.block_on(writer.flush(None)).pending > 0 {
            self.runtime.block_on(tokio::time::sleep(Duration::from_secs(1)));
        }
        let stats = writer.stats();
        assert_eq!((stats.pending, stats.bytes_reserved), (0, 0), "{stats:?}");
    }

    fn writer(&self, to: u8) -> Writer {
        self.writers.as_ref().unwrap()[usize::from(to)].clone()
    }

    fn write(&mut self, to: u8, count: u32, model: &Model, keep: bool) {
        let end = model.offered[usize::from(to)];
        let names: Vec<_> = (end - count..end).map(|number| (to, number)).collect();
        let lines = names.iter().map(|name| text(*name)).collect::<Vec<_>>().join("\n");
        let writer = self.writer(to);
        self.runtime.block_on(async {
            let receipt = writer.write_receipt(&lines).await.unwrap();
            // Files that are full are no failure of the writer; the large ones hold all that is ever written.
            if keep && let Err(error) = receipt.durable().await {
                let is_full = error.kind() == ErrorKind::Spool
                    && error.to_string().contains("raise SpoolOptions::max_bytes");
                assert!(is_full && model.max_bytes == SMALL, "{} bytes: {error}", model.max_bytes);
            }
        });
        self.taken += u64::from(count);
        self.written.extend(names);
    }
}

impl StateMachineTest for Watched {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let mut watched = Self {
            runtime,
            server: Arc::new(Server::new(None)),
            folder: Folder::new(),
            ends: Ends::default(),
            writers: None,
            written: Vec::new(),
            taken: 0,
            lost: 0,
        };
        watched.open(model, 0);
        watched
    }

    fn apply(mut watched: Self, model: &Model, step: Step) -> Self {
        // The clock of the runtime counts, wherever it is read.
        let handle = watched.runtime.handle().clone();
        let _inside = handle.enter();
        match step {
            Step::Write(to, count) => watched.write(to, count, model, false),
            Step::Keep(to, count) => watched.write(to, count, model, true),
            Step::Meet(faults) => watched.server.meet(&faults),
            Step::Pass(millis) => {
                watched.runtime.block_on(tokio::time::sleep(Duration::from_millis(u64::from(millis))));
            }
            Step::Quiet => watched.quiet(),
            Step::Reopen(millis) => {
                let close = watched.writer(1).close(Duration::from_millis(u64::from(millis)));
                let report = watched.runtime.block_on(close);
                assert_eq!(
                    (report.stats.is_balanced(), report.stats.bytes_reserved),
                    (true, 0),
                    "{report:?}"
                );
                // One that the files had no room for is dropped; what they hold is there, to the last record.
                let is_full = model.max_bytes == SMALL && report.stats.spool_errors > 0;
                assert!(report.dropped == 0 || is_full, "{report:?}");
                watched.lost += report.dropped;
                watched.writers = None;
                let before = watched.lost;
                watched.open(model, report.pending);
                assert_eq!(watched.lost, before, "what a close calls left is found");
            }
            Step::Drop => {
                let left = watched.writer(0).stats().pending;
                watched.writers = None;
                watched.open(model, left);
            }
        }
        watched
    }

    fn check_invariants(watched: &Self, _: &Model) {
        let stats = watched.writer(0).stats();
        assert!(stats.is_balanced(), "{stats:?}");
        assert_eq!((stats.written, stats.dropped), (watched.taken, 0), "{stats:?}");
        assert!(stats.bytes_reserved <= QUEUE as u64);
    }

    fn teardown(mut watched: Self, model: Model) {
        let handle = watched.runtime.handle().clone();
        let _inside = handle.enter();
        // Not by the deadline of the close: the paused clock knows nothing of the time that a disk takes.
        watched.quiet();
        let report = watched.runtime.block_on(watched.writer(2).close(Duration::ZERO));
        assert_eq!((report.pending, report.stats.bytes_reserved), (0, 0), "{report:?}");
        watched.writers = None;
        let (ends, table) = (watched.ends.lock().unwrap().clone(), watched.server.table());
        check(&watched.written, &ends, &table);
        let dropped = ends.iter().filter(|(_, end)| matches!(end, End::Dropped { .. })).count() as u64;
        assert_eq!(dropped, watched.lost, "nothing is dropped but what the files had no room for: {ends:?}");
        if model.in_flight == 1 {
            for to in 0..3 {
                let mut seen: Vec<u32> = Vec::new();
                let stored = table.iter().map(|line| name(line));
                for (_, number) in stored.filter(|(destination, _)| *destination == to) {
                    if !seen.contains(&number) {
                        assert!(
                            seen.last().is_none_or(|last| *last < number),
                            "{number} came after {seen:?}"
                        );
                        seen.push(number);
                    }
                }
            }
        }
    }
}

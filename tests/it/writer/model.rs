//! Random writes, faults, flushes and closes against a plain model of what must come of them.

use std::sync::Arc;
use std::time::Duration;

use influx_core::write::{Deliver, Overflow, Stats, Writer};
use influx_core::{Destination, EncodeOptions, ErrorKind, WriteOptions};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;

use super::server::{End, Ends, Fault, Lie, Name, Server, check, fault, name, noted, text};

/// `INFLUX_PROPERTY_CASES` says how many sequences there are.
fn cases() -> u32 {
    std::env::var("INFLUX_PROPERTY_CASES").map_or(100, |text| text.parse().unwrap())
}

prop_state_machine! {
    #![proptest_config(Config { cases: cases(), failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_record_gets_one_verdict_whatever_happens(sequential 1..40 => Watched);
}

/// What the model says of a server that breaks its word.
fn complaint(lie: Lie) -> String {
    let config = Config { cases: 100, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let liar = Model::sequential_strategy(1..40)
        .prop_map(|(model, steps, _)| (Model { lie: Some(lie), ..model }, steps));
    let result = runner.run(&liar, |(model, steps)| {
        Watched::test_sequential(config.clone(), model, steps, None);
        Ok(())
    });
    match result {
        Err(TestError::Fail(reason, _)) => reason.message().to_owned(),
        other => panic!("the model does not see that {lie:?}: {other:?}"),
    }
}

#[test]
fn a_server_that_acknowledges_before_it_stores_is_found_out() {
    let complaint = complaint(Lie::StoresLater);
    assert!(complaint.contains("was acknowledged and is not stored"), "{complaint}");
}

#[test]
fn a_line_that_is_lost_is_found_out() {
    let complaint = complaint(Lie::LosesALine);
    assert!(complaint.contains("was acknowledged and is not stored"), "{complaint}");
}

#[test]
fn a_line_that_is_stored_again_with_other_bytes_is_found_out() {
    let complaint = complaint(Lie::AltersALine);
    assert!(complaint.contains("is stored with other bytes"), "{complaint}");
}

/// Room for a call's records, each in a batch of its own.
const QUEUE: usize = 20 * 64 * 1024;

/// What is known without looking at the writer.
#[derive(Debug, Clone)]
struct Model {
    lie: Option<Lie>,
    in_flight: usize,
    batch_size: usize,
    overflow: Overflow,
    /// How many records were offered, by destination.
    offered: [u32; 3],
    closed: bool,
}

#[derive(Debug, Clone)]
enum Step {
    /// Offers so many records to a destination, in one call.
    Write(u8, u32),
    Try(u8, u32),
    Meet(Vec<Fault>),
    /// Milliseconds.
    Pass(u16),
    Flush,
    /// No more faults, and everything is waited for.
    Quiet,
    /// Milliseconds.
    Close(u16),
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let overflow = prop_oneof![
            3 => Just(Overflow::Wait),
            1 => Just(Overflow::Reject),
            1 => Just(Overflow::DropOldest),
            1 => Just(Overflow::DropNewest),
        ];
        (prop_oneof![Just(1_usize), Just(4)], 1..9_usize, overflow)
            .prop_map(|(in_flight, batch_size, overflow)| Self {
                lie: None,
                in_flight,
                batch_size,
                overflow,
                offered: [0; 3],
                closed: false,
            })
            .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            12 => (0..3_u8, 1..20_u32).prop_map(|(to, count)| Step::Write(to, count)),
            3 => (0..3_u8, 1..20_u32).prop_map(|(to, count)| Step::Try(to, count)),
            6 => prop::collection::vec(fault(), 1..8).prop_map(Step::Meet),
            6 => (0..3_000_u16).prop_map(Step::Pass),
            2 => Just(Step::Flush),
            2 => Just(Step::Quiet),
            1 => (0..5_000_u16).prop_map(Step::Close),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Write(to, count) | Step::Try(to, count) => state.offered[usize::from(*to)] += count,
            Step::Close(_) => state.closed = true,
            Step::Meet(_) | Step::Pass(_) | Step::Flush | Step::Quiet => {}
        }
        state
    }
}

/// The writer, its server, and all that was heard.
struct Watched {
    runtime: Runtime,
    server: Arc<Server>,
    writers: [Writer; 3],
    ends: Ends,
    written: Vec<Name>,
    refused: u64,
}

impl Watched {
    fn stats(&self) -> Stats {
        self.writers[0].stats()
    }

    /// Records that are to be written to a destination now; the model has counted them already.
    fn records(to: u8, count: u32, model: &Model) -> (Vec<Name>, String) {
        let end = model.offered[usize::from(to)];
        let names: Vec<_> = (end - count..end).map(|number| (to, number)).collect();
        let lines = names.iter().map(|name| text(*name)).collect::<Vec<_>>().join("\n");
        (names, lines)
    }

    fn took(&mut self, names: Vec<Name>, result: influx_core::Result<()>, model: &Model) {
        match result {
            Ok(()) => {
                assert!(!model.closed, "a closed writer took records");
                self.written.extend(names);
            }
            Err(error) => {
                let expected = if model.closed { ErrorKind::Closed } else { ErrorKind::Full };
                assert_eq!(error.kind(), expected, "{error}");
                self.refused += names.len() as u64;
            }
        }
    }
}

impl StateMachineTest for Watched {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let server = Arc::new(Server::new(model.lie));
        let options = WriteOptions::new()
            .batch_size(model.batch_size)
            .in_flight(model.in_flight)
            .overflow(model.overflow)
            .queue_bytes(QUEUE)
            .retry_interval(Duration::from_millis(200))
            .max_retries(3)
            .max_age(Duration::from_secs(60));
        let ends = Ends::default();
        let options = noted(options, &ends);
        let writers = runtime.block_on(async {
            let deliver = Arc::clone(&server) as Arc<dyn Deliver>;
            let first =
                Writer::with_deliver(deliver, Destination::bucket("0"), EncodeOptions::new(), options)
                    .unwrap();
            let (second, third) = (first.to("1").unwrap(), first.to("2").unwrap());
            [first, second, third]
        });
        Self { runtime, server, writers, ends, written: Vec::new(), refused: 0 }
    }

    fn apply(mut watched: Self, model: &Model, step: Step) -> Self {
        // The clock of the runtime counts, wherever it is read.
        let handle = watched.runtime.handle().clone();
        let _inside = handle.enter();
        match step {
            Step::Write(to, count) => {
                let (names, lines) = Self::records(to, count, model);
                let result = watched.runtime.block_on(watched.writers[usize::from(to)].write(&lines));
                watched.took(names, result, model);
            }
            Step::Try(to, count) => {
                let (names, lines) = Self::records(to, count, model);
                let writer = &watched.writers[usize::from(to)];
                let result = watched.runtime.block_on(async { writer.try_write(&lines) });
                watched.took(names, result, model);
            }
            Step::Meet(faults) => watched.server.meet(&faults),
            Step::Pass(millis) => {
                watched.runtime.block_on(tokio::time::sleep(Duration::from_millis(u64::from(millis))));
            }
            Step::Flush => {
                let before = watched.stats().pending;
                let report = watched.runtime.block_on(watched.writers[0].flush(None));
                // Batches are reported whole, those that are through in part, too.
                assert!(report.stored + report.rejected + report.dropped + report.pending >= before);
                assert_eq!(report.pending > 0, report.blocked.is_some());
            }
            Step::Quiet => {
                watched.server.heal();
                while watched.runtime.block_on(watched.writers[0].flush(None)).pending > 0 {
                    watched.runtime.block_on(tokio::time::sleep(Duration::from_secs(1)));
                }
                let stats = watched.stats();
                assert_eq!((stats.pending, stats.bytes_reserved), (0, 0), "{stats:?}");
                assert_eq!(stats.oldest_age, None);
            }
            Step::Close(millis) => {
                let deadline = Duration::from_millis(u64::from(millis));
                let report = watched.runtime.block_on(watched.writers[1].close(deadline));
                assert_eq!(report.stats.pending, 0);
            }
        }
        watched
    }

    fn check_invariants(watched: &Self, model: &Model) {
        let (stats, offered) = (watched.stats(), model.offered.iter().sum::<u32>());
        assert_eq!(stats.offered, u64::from(offered));
        assert_eq!(
            (stats.written, stats.refused),
            (watched.written.len() as u64, watched.refused),
            "{stats:?}"
        );
        assert!(stats.is_balanced(), "{stats:?}");
        assert!(stats.bytes_reserved <= QUEUE as u64);
    }

    fn teardown(watched: Self, model: Model) {
        let handle = watched.runtime.handle().clone();
        let inside = handle.enter();
        let report = watched.runtime.block_on(watched.writers[2].close(Duration::from_secs(120)));
        drop(inside);
        let stats = &report.stats;
        assert_eq!((stats.pending, stats.bytes_reserved), (0, 0), "{stats:?}");
        let (ends, table) = (watched.ends.lock().unwrap().clone(), watched.server.table());
        check(&watched.written, &ends, &table);
        let count = |wanted: fn(&End) -> bool| ends.iter().filter(|(_, end)| wanted(end)).count() as u64;
        assert_eq!(count(|end| *end == End::Stored), report.stored);
        assert_eq!(count(|end| *end == End::Rejected), report.rejected);
        if model.in_flight == 1 {
            for to in 0..3 {
                let mut latest = None;
                let mut seen = Vec::new();
                let stored = table.iter().map(|line| name(line));
                for (_, number) in stored.filter(|(destination, _)| *destination == to) {
                    if !seen.contains(&number) {
                        assert!(Some(number) > latest, "{number} came after {latest:?}");
                        latest = Some(number);
                        seen.push(number);
                    }
                }
            }
        }
    }
}

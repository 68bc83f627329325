//! A server of memory whose answers are chosen one by one, and what it has stored.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::write::{
    Attempt, Deliver, Delivery, DropReason, Others, Outcome, Part, Progress, Verdict, WriteOptions,
};
use influx_core::{Error, ErrorKind};
use proptest::prelude::*;

/// What one attempt meets. Without any, the server stores the good lines and names the bad ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// All good lines are stored, and the answer is lost.
    AnswerLost,
    /// Nothing arrives, and nothing is answered.
    RequestLost,
    Postponed(u8),
    Unreachable,
    Blocked,
    /// Bad lines are not named, and nothing is stored.
    Vague,
    /// Bad lines are not named, and some of the good ones are stored.
    VagueAndPartial,
    /// Bad lines are named, and nothing is stored.
    NamedOnly,
    /// Two lines are too many.
    TooLarge,
}

/// Any of them.
pub(super) fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::AnswerLost),
        Just(Fault::RequestLost),
        (0..20_u8).prop_map(Fault::Postponed),
        Just(Fault::Unreachable),
        Just(Fault::Blocked),
        Just(Fault::Vague),
        Just(Fault::VagueAndPartial),
        Just(Fault::NamedOnly),
        Just(Fault::TooLarge),
    ]
}

/// How a server breaks its word, which no writer can help: whoever checks the table must see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lie {
    /// Answers first, and stores the lines with those of the next request.
    StoresLater,
    /// Leaves the last line out of what it acknowledges.
    LosesALine,
    /// Stores the first line once more, with another value.
    AltersALine,
}

/// A line, as it is named in tests: its destination's number and its own.
pub(super) type Name = (u8, u32);

#[derive(Debug, Default)]
pub(super) struct Server {
    lie: Option<Lie>,
    faults: Mutex<VecDeque<Fault>>,
    /// In the order in which they were stored, again and again.
    table: Mutex<Vec<String>>,
    /// Acknowledged, and to be stored with what comes next.
    late: Mutex<Vec<String>>,
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Stored,
    Rejected,
    Dropped { reason: DropReason, possibly_stored: bool },
}

pub(super) type Ends = Arc<Mutex<Vec<(Name, End)>>>;

/// The text of a record; bad ones say so, and some for other destinations than the first are long, so that the files of a
/// spool may be full.
pub(super) fn text((destination, number): Name) -> String {
    let bad = is_bad((destination, number));
    let is_long = destination > 0 && number % 3 == 2;
    let long = if is_long { format!(",long=\"{number:06000}\"") } else { String::new() };
    format!("m,d={destination} bad={bad},n={number}i{long} 1")
}

/// Every seventh record is one that the server refuses.
pub(super) fn is_bad((_, number): Name) -> bool {
    number % 7 == 3
}

/// The name of a line, which is as it was written.
fn written(line: &str) -> Name {
    let name = name(line);
    assert_eq!(line, text(name), "the line was changed on its way");
    name
}

pub(super) fn name(line: &str) -> Name {
    let digits = |after: &str| -> u32 {
        let (_, rest) = line.split_once(after).unwrap();
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    (digits(",d=") as u8, digits(",n="))
}

impl Server {
    pub(super) fn new(lie: Option<Lie>) -> Self {
        Self { lie, ..Self::default() }
    }

    pub(super) fn meet(&self, faults: &[Fault]) {
        self.faults.lock().unwrap().extend(faults);
    }

    pub(super) fn heal(&self) {
        self.faults.lock().unwrap().clear();
    }

    pub(super) fn table(&self) -> Vec<String> {
        self.table.lock().unwrap().clone()
    }

    fn store(&self, names: &[Name]) {
        let mut lines: Vec<_> = names.iter().copied().map(text).collect();
        match self.lie {
            Some(Lie::StoresLater) => std::mem::swap(&mut lines, &mut self.late.lock().unwrap()),
            Some(Lie::LosesALine) => drop(lines.pop()),
            Some(Lie::AltersALine) => {
                lines.extend(lines.first().map(|line| line.replace("bad=false", "bad=true")))
            }
            None => {}
        }
        self.table.lock().unwrap().extend(lines);
    }

    fn answer(&self, part: &Part) -> Outcome {
        let lines = (0..part.lines()).map(|index| part.line(index).unwrap());
        let names: Vec<_> = lines.map(written).collect();
        let bad: Vec<_> = (0..names.len()).filter(|index| is_bad(names[*index])).collect();
        let good: Vec<_> = names.iter().copied().filter(|name| !is_bad(*name)).collect();
        let store = |names: &[Name]| self.store(names);
        let reason = Arc::new(Error::delivery(ErrorKind::Server, "scripted"));
        let named = |others, reason| Outcome::Condemned {
            lines: bad.iter().map(|index| (*index, "bad".to_owned())).collect(),
            others,
            reason,
        };
        let again = |progress, after, reason| Outcome::Again { progress, after, reason };
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::AnswerLost) => {
                store(&good);
                again(Progress::Unknown, None, reason)
            }
            Some(Fault::RequestLost) => again(Progress::Unknown, None, reason),
            Some(Fault::Postponed(after)) => {
                let after = (after > 0).then(|| Duration::from_millis(u64::from(after) * 100));
                again(Progress::Postponed, after, reason)
            }
            Some(Fault::Unreachable) => again(Progress::Unreachable, None, reason),
            Some(Fault::Blocked) => Outcome::Blocked { reason },
            Some(Fault::TooLarge) if names.len() > 1 => Outcome::TooLarge { reason },
            Some(Fault::Vague) if !bad.is_empty() => Outcome::Suspect { runs: Vec::new(), reason },
            Some(Fault::VagueAndPartial) if !bad.is_empty() => {
                store(&good[..good.len() / 2]);
                Outcome::Suspect { runs: Vec::new(), reason }
            }
            Some(Fault::NamedOnly) if !bad.is_empty() => named(Others::NotStored, reason),
            _ => {
                store(&good);
                if bad.is_empty() { Outcome::Stored } else { named(Others::Stored, reason) }
            }
        }
    }
}

impl Deliver for Server {
    fn send<'a>(&'a self, part: &'a Part, _: Attempt) -> Delivery<'a> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let outcome = self.answer(part);
            // What is dropped from here on is stored, and nobody knows.
            tokio::time::sleep(Duration::from_millis(5)).await;
            outcome
        })
    }
}

/// The options with callbacks that note how each record ended.
pub(super) fn noted(options: WriteOptions, ends: &Ends) -> WriteOptions {
    let (stored, failed) = (Arc::clone(ends), Arc::clone(ends));
    let note = |ends: &Ends, data: &[u8], end: End| {
        let text = std::str::from_utf8(data).unwrap();
        ends.lock().unwrap().extend(text.lines().map(|line| (written(line), end)));
    };
    let options = options.on_success(move |report| note(&stored, &report.data, End::Stored));
    options.on_error(move |report, verdict| {
        let end = match verdict {
            Verdict::Rejected(_) => End::Rejected,
            Verdict::Dropped(dropped) => {
                End::Dropped { reason: dropped.reason, possibly_stored: dropped.possibly_stored }
            }
            other => panic!("no end of a failure: {other:?}"),
        };
        note(&failed, &report.data, end);
    })
}

/// Checks that what was told and what the server has are the same, and that each of the written records was told
/// once.
pub(super) fn check(written: &[Name], ends: &[(Name, End)], table: &[String]) {
    let table: Vec<_> = table.iter().map(|line| (name(line), line)).collect();
    for (name, line) in &table {
        assert!(written.contains(name), "{name:?} is stored and was never taken");
        assert_eq!(**line, text(*name), "{name:?} is stored with other bytes");
    }
    let mut expected = written.to_vec();
    let mut told: Vec<_> = ends.iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, expected, "each record that was written is told once");
    for (name, end) in ends {
        let there = table.iter().any(|(stored, _)| stored == name);
        match end {
            End::Stored => assert!(there, "{name:?} was acknowledged and is not stored"),
            End::Rejected => assert!(is_bad(*name), "{name:?} is good and was rejected"),
            End::Dropped { possibly_stored, .. } => {
                assert!(!there || *possibly_stored, "{name:?} is stored, and the writer rules that out");
            }
        }
    }
}

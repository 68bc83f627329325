//! What was attempted, what was durable, and what came: by id.

use std::ops::Range;

use influx_core::line::read::{self, Value};

use crate::Failure;
use crate::child::{START, value};

/// All ids of both runs.
pub(crate) struct Ledger {
    /// More ids than this nobody writes.
    most: usize,
    /// Each with its run; they follow each other.
    attempted: Vec<(Range<u64>, u64)>,
    durable: Vec<Range<u64>>,
    /// By id: the value that was stored, 0 if none was.
    stored: Vec<u64>,
    /// How many ids that are.
    seen: u64,
    /// Lines that were stored once more, as they were.
    again: u64,
    /// Lines that were stored once more with another value.
    different: u64,
    /// Lines that nobody wrote.
    strange: u64,
}

/// How many of each there are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) attempted: u64,
    pub(crate) durable: u64,
    pub(crate) stored: u64,
    pub(crate) again: u64,
    pub(crate) different: u64,
    /// What was stored and not attempted, or not with this value.
    pub(crate) invented: u64,
    /// What was durable and is not stored.
    pub(crate) lost: u64,
}

impl Ledger {
    /// Room for so many ids, each of which takes eight bytes once it is stored.
    pub(crate) fn new(most: usize) -> Self {
        let stored = Vec::with_capacity(most);
        Self {
            most,
            attempted: Vec::new(),
            durable: Vec::new(),
            stored,
            seen: 0,
            again: 0,
            different: 0,
            strange: 0,
        }
    }

    /// These are about to be written by a run.
    pub(crate) fn attempt(&mut self, ids: Range<u64>, run: u64) {
        match self.attempted.last_mut() {
            Some((last, of)) if last.end == ids.start && *of == run => last.end = ids.end,
            _ => self.attempted.push((ids, run)),
        }
    }

    /// The first id that no run has attempted.
    pub(crate) fn next(&self) -> u64 {
        self.attempted.last().map_or(0, |(ids, _)| ids.end)
    }

    /// These are on the disk.
    pub(crate) fn durable(&mut self, ids: Range<u64>) {
        match self.durable.last_mut() {
            Some(last) if last.end == ids.start => last.end = ids.end,
            _ => self.durable.push(ids),
        }
    }

    /// The server has stored a line.
    pub(crate) fn store(&mut self, line: &str) {
        let read = || {
            let line = read::parse(line).ok()?;
            let id = usize::try_from(line.timestamp?.checked_sub(START)?).ok()?;
            let [(_, Value::Unsigned(value))] = line.fields[..] else { return None };
            Some((id, value))
        };
        // whether it was attempted is asked in the end: the server may hear of it before this process does
        let Some((id, value)) = read().filter(|(id, value)| *id < self.most && *value != 0) else {
            self.strange += 1;
            return;
        };
        if self.stored.len() <= id {
            self.stored.resize(id + 1, 0);
        }
        match &mut self.stored[id] {
            was @ 0 => {
                *was = value;
                self.seen += 1;
            }
            was if *was == value => self.again += 1,
            _ => self.different += 1,
        }
    }

    /// How many are attempted, durable and stored by now.
    pub(crate) fn progress(&self) -> (u64, u64, u64) {
        (self.next(), self.durable.iter().map(|ids| ids.end - ids.start).sum(), self.seen)
    }

    /// Adds everything up.
    pub(crate) fn account(&self) -> Account {
        let stored = |id: u64| self.stored.get(id as usize).copied().unwrap_or(0);
        let count = |stored: &[u64]| stored.iter().filter(|value| **value != 0).count() as u64;
        let beyond = self.stored.get(self.next() as usize..).unwrap_or_default();
        let mut account = Account {
            stored: self.seen,
            again: self.again,
            different: self.different,
            invented: self.strange + count(beyond),
            ..Account::default()
        };
        for (ids, run) in &self.attempted {
            account.attempted += ids.end - ids.start;
            let other = |id: &u64| ![0, value(*run, *id)].contains(&stored(*id));
            account.invented += ids.clone().filter(other).count() as u64;
        }
        for ids in &self.durable {
            account.durable += ids.end - ids.start;
            account.lost += ids.clone().filter(|id| stored(*id) == 0).count() as u64;
        }
        account
    }
}

impl Account {
    /// # Errors
    ///
    /// Something durable is lost, something is stored that was not written, or twice with different values.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let mut wrong = Vec::new();
        let mut none = |count: u64, what: &str| {
            if count > 0 {
                wrong.push(format!("{count} {what}"));
            }
        };
        none(self.lost, "records were durable and are not stored");
        none(self.invented, "lines were stored that were not written");
        none(self.different, "records were stored again with another value");
        if self.durable == 0 {
            wrong.push("nothing became durable".to_owned());
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ").into()) }
    }
}

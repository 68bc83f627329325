//! Tests of the writer over a scripted delivery, on paused time.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Context;
use std::time::Duration;

use super::*;
use crate::error::{Error, ErrorKind};
use crate::line::Precision;
use crate::write::{Attempt, Delivery, Others, Outcome, Part, Progress};

mod basics;
mod callbacks;
mod corners;
mod ends;
mod faults;
mod many;
mod memory;
#[cfg(feature = "spool")]
mod spool;

type Script = Box<dyn FnMut(&Part, Attempt) -> Answer + Send>;

/// Delivers into memory; what each attempt comes to is scripted.
pub(super) struct Memory {
    script: Mutex<Script>,
    requests: Mutex<Vec<String>>,
    stored: Mutex<Vec<String>>,
    starts: Mutex<Vec<tokio::time::Instant>>,
}

/// What an attempt comes to, and when.
pub(super) struct Answer {
    after: Duration,
    outcome: Outcome,
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self { after: Duration::from_millis(1), outcome }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    pub(super) fn new<A: Into<Answer>>(
        mut script: impl FnMut(&Part, Attempt) -> A + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::new(Box::new(move |part, attempt| script(part, attempt).into())),
            requests: Mutex::default(),
            stored: Mutex::default(),
            starts: Mutex::default(),
        })
    }

    /// These outcomes one after the other, and then everything is stored.
    pub(super) fn script(outcomes: impl IntoIterator<Item = Outcome>) -> Arc<Self> {
        let mut outcomes: VecDeque<_> = outcomes.into_iter().collect();
        Self::new(move |_, _| outcomes.pop_front().unwrap_or(Outcome::Stored))
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(super) fn stored(&self) -> Vec<String> {
        self.stored.lock().unwrap().clone()
    }

    /// The times between the starts of attempts.
    pub(super) fn gaps(&self) -> Vec<Duration> {
        self.starts.lock().unwrap().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

impl Deliver for Memory {
    fn send<'a>(&'a self, part: &'a Part, attempt: Attempt) -> Delivery<'a> {
        Box::pin(async move {
            self.starts.lock().unwrap().push(tokio::time::Instant::now());
            let lines: Vec<_> = (0..part.lines()).map(|line| part.line(line).unwrap().to_owned()).collect();
            self.requests.lock().unwrap().push(lines.join("|"));
            let Answer { after, outcome } = (self.script.lock().unwrap())(part, attempt);
            tokio::time::sleep(after).await;
            let mut stored = self.stored.lock().unwrap();
            match &outcome {
                Outcome::Stored => stored.extend(lines),
                Outcome::Condemned { lines: bad, others: Others::Stored, .. } => {
                    let good = |index: &usize| bad.iter().all(|(bad, _)| bad != index);
                    stored.extend(lines.iter().enumerate().filter(|(i, _)| good(i)).map(|(_, l)| l.clone()));
                }
                _ => {}
            }
            outcome
        })
    }
}

pub(super) fn reason() -> Arc<Error> {
    Arc::new(Error::delivery(ErrorKind::Unavailable, "scripted"))
}

pub(super) fn again(progress: Progress, after: Option<Duration>) -> Outcome {
    Outcome::Again { progress, after, reason: reason() }
}

pub(super) fn blocked() -> Outcome {
    Outcome::Blocked { reason: reason() }
}

pub(super) fn writer(deliver: &Arc<Memory>, options: WriteOptions) -> Writer {
    let deliver = Arc::clone(deliver) as Arc<dyn Deliver>;
    Writer::with_deliver(deliver, "b", EncodeOptions::new(), options).unwrap()
}

/// The record of a number.
pub(super) fn line(number: usize) -> String {
    format!("m v={number} 1")
}

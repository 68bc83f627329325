//! No spool: nobody can have a value of most of these types, so that nothing is left of what they are used for.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::super::account::{Account, Phase};
use super::super::course::Course;
use super::super::engine::Engine;
use super::super::flush::Watch;
use super::super::queue::Sealed;
use super::super::receipt::Ticket;
use super::super::route::{After, Route};
use crate::error::{Error, Result};
use crate::write::isolate::Settled;
use crate::write::{Destination, Part, WriteOptions};

#[derive(Debug, Clone)]
pub(crate) enum SpoolSettings {}

#[derive(Debug)]
pub(in crate::write::writer) enum Spooling {}

#[derive(Debug)]
pub(in crate::write::writer) enum Spooled {}

#[derive(Debug)]
pub(in crate::write::writer) enum Slot {}

/// A lane that runs.
pub(in crate::write::writer) type Running = Slot;

pub(in crate::write::writer) enum Held {}

#[derive(Debug, Clone, Default)]
pub(in crate::write::writer) struct Kept;

#[derive(Debug, Default)]
pub(in crate::write::writer) struct Timer {}

pub(in crate::write::writer) fn open(options: &WriteOptions) -> Result<Option<Spooling>> {
    match options.spool {
        None => Ok(None),
        Some(ref settings) => match *settings {},
    }
}

pub(in crate::write::writer) fn kept(_: &Engine) -> Kept {
    Kept
}

pub(in crate::write::writer) fn start(_: &Arc<Engine>) {}

pub(in crate::write::writer) fn pump(_: &Arc<Engine>) {}

pub(in crate::write::writer) fn course(
    engine: &Arc<Engine>,
    route: &Arc<Route>,
    sealed: Sealed,
) -> impl Future<Output = Option<Course>> + use<> {
    std::future::ready(Course::of(engine, route, sealed).ok())
}

pub(in crate::write::writer) fn end(_: &Arc<Engine>) -> impl Future<Output = ()> + use<> {
    std::future::ready(())
}

pub(in crate::write::writer) fn gone(_: &Arc<Engine>) -> impl Future<Output = ()> + use<> {
    std::future::ready(())
}

pub(in crate::write::writer) fn end_now(_: &Arc<Engine>) {}

pub(in crate::write::writer) fn end_soon(_: &Arc<Engine>) {}

impl SpoolSettings {
    pub(crate) fn check(&self) -> Result<()> {
        match *self {}
    }

    pub(crate) fn age_limit(&self) -> Option<Duration> {
        match *self {}
    }

    pub(crate) fn longest_line(&self) -> usize {
        match *self {}
    }

    pub(crate) fn largest_batch(&self) -> usize {
        match *self {}
    }
}

impl Timer {
    pub(in crate::write::writer) fn start(&self, _: &Arc<Engine>, _: &Arc<Route>) {}
}

impl Kept {
    pub(in crate::write::writer) fn end(&mut self) {}
}

impl Held {
    pub(in crate::write::writer) fn account(&self) -> &Account {
        match *self {}
    }
}

impl Spooling {
    pub(in crate::write::writer) fn bytes(&self) -> u64 {
        match *self {}
    }

    pub(in crate::write::writer) fn errors(&self) -> u64 {
        match *self {}
    }

    pub(in crate::write::writer) fn check(&self, _: &Destination) -> Result<()> {
        match *self {}
    }

    pub(in crate::write::writer) fn backlog(&self) -> Held {
        match *self {}
    }

    pub(in crate::write::writer) fn take_in(
        &self,
        _: &Engine,
        _: &Arc<Route>,
        _: &mut Sealed,
        _: Option<&Arc<Ticket>>,
        _: &mut After,
    ) -> bool {
        match *self {}
    }

    pub(in crate::write::writer) fn number(&self, _: u64) -> u64 {
        match *self {}
    }

    pub(in crate::write::writer) fn settle(&self, _: u64, _: &Part) {
        match *self {}
    }

    pub(in crate::write::writer) fn is_earlier(&self, _: u64) -> bool {
        match *self {}
    }

    pub(in crate::write::writer) fn end_earlier(&self, _: &Settled) {
        match *self {}
    }

    pub(in crate::write::writer) fn stays(&self, _: &Route, _: u64, _: &[Settled], _: Phase) -> bool {
        match *self {}
    }

    pub(in crate::write::writer) fn is_idle(&self) -> bool {
        match *self {}
    }

    pub(in crate::write::writer) fn hurry(&self) {
        match *self {}
    }

    pub(in crate::write::writer) fn watch(&self, _: &Arc<Watch>) {
        match *self {}
    }

    pub(in crate::write::writer) fn blocked(&self, _: &Arc<Destination>, _: &Arc<Error>) {
        match *self {}
    }

    pub(in crate::write::writer) fn running(&self) -> Running {
        match *self {}
    }
}

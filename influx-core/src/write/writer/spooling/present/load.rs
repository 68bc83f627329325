//! From a batch in the queue whose lines are in the files to its course.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::super::super::course::Course;
use super::super::super::engine::Engine;
use super::super::super::observe;
use super::super::super::queue::{Label, Sealed};
use super::super::super::route::Route;
use super::Spooling;
use crate::error::Error;
use crate::write::batch::Batch;
use crate::write::spool::{LoadError, Place, Shelf};
use crate::write::{Destination, DropReason, Dropped, Part, Report, Verdict};

/// Lines that are in the files.
#[derive(Debug)]
pub(in crate::write::writer) struct Spooled(pub(super) Arc<Place>);

/// So often it is tried to read.
pub(super) const TRIES: u32 = 3;
pub(super) const BETWEEN: Duration = Duration::from_secs(1);

/// The course of a batch, whose lines are loaded if need be; none if they cannot be had.
pub(in crate::write::writer) async fn course(
    engine: &Arc<Engine>,
    route: &Arc<Route>,
    sealed: Sealed,
) -> Option<Course> {
    match Course::of(engine, route, sealed) {
        Ok(course) => Some(course),
        Err((label, spooled)) => {
            let spool = engine.spool.as_ref()?;
            Loading { spool, engine, route, label, place: spooled.0 }.load().await
        }
    }
}

/// A batch that is being loaded. If nothing comes of that, it stays where it is.
struct Loading<'a> {
    spool: &'a Spooling,
    engine: &'a Arc<Engine>,
    route: &'a Arc<Route>,
    label: Label,
    place: Arc<Place>,
}

impl Loading<'_> {
    async fn load(self) -> Option<Course> {
        for tries in 1.. {
            let reader = self.spool.store.reader()?;
            let place = Arc::clone(&self.place);
            let load = move || load(reader.shelf(), &place, tries >= TRIES);
            // Otherwise the runtime ends.
            let loaded = tokio::task::spawn_blocking(load).await.ok()?;
            match loaded {
                Ok(batch) => return Some(self.loaded(batch)),
                Err((error, Some(reason))) => {
                    self.lose(reason, &error);
                    return None;
                }
                Err((_, None)) => tokio::time::sleep(BETWEEN).await,
            }
        }
        None
    }

    fn loaded(self, batch: Arc<Batch>) -> Course {
        let (backlog, seqs) = (&self.spool.backlog, self.place.seqs());
        let part = match backlog.has(seqs.start) {
            true => self.place.part(Arc::clone(&batch), &backlog.unsettled(&seqs)),
            false => Part::whole(Arc::clone(&batch)),
        };
        self.route.loaded(part.lines() as u64);
        Course::new(self.engine, self.route, Label { slot: None, ..self.label }, batch, part)
    }

    /// Its lines cannot be had.
    fn lose(self, reason: DropReason, error: &LoadError) {
        let Self { spool, engine, route, .. } = self;
        let seqs = self.place.seqs();
        let earlier = spool.backlog.has(seqs.start);
        let verdict = spool.lost(reason, error.to_string(), earlier);
        let lines = spool.lines(&seqs);
        if earlier {
            route.lose_earlier(lines, &verdict);
            spool.backlog().settle(lines, &verdict);
        } else {
            route.lose(seqs.clone(), &verdict);
        }
        spool.store.settle(std::iter::once(seqs));
        tell(engine, &route.destination, lines, verdict);
    }
}

impl Spooling {
    /// How many records of a frame had no verdict when it was found.
    pub(super) fn lines(&self, seqs: &Range<u64>) -> u64 {
        if self.backlog.has(seqs.start) { self.backlog.count(seqs) } else { seqs.end - seqs.start }
    }

    /// The verdict on lines that cannot be had. Those of an earlier run may have been sent by that.
    pub(super) fn lost(&self, reason: DropReason, what: String, earlier: bool) -> Verdict {
        let error = Some(Arc::new(Error::spool(self.store.path(), what, None)));
        Verdict::Dropped(Dropped { reason, possibly_stored: earlier, error })
    }
}

/// Reads the lines of a frame; or why not, and as what they are given up, if they are.
fn load(shelf: &Shelf, place: &Place, last_try: bool) -> Result<Arc<Batch>, (LoadError, Option<DropReason>)> {
    shelf.load(place).map_err(|error| {
        let given_up = match &error {
            LoadError::Corrupt { .. } => Some(DropReason::SpoolCorrupt),
            LoadError::Io { source, .. } if last_try && !is_want(source) => {
                shelf.put_aside(place);
                Some(DropReason::SpoolIo)
            }
            LoadError::Io { .. } => None,
        };
        (error, given_up)
    })
}

/// Whether this process, or the system, has too many files open, or too little memory: that says nothing of the file, and
/// is waited out, however long.
pub(super) fn is_want(error: &io::Error) -> bool {
    // ENFILE and EMFILE, which are the same on all Unixes.
    error.kind() == io::ErrorKind::OutOfMemory
        || (cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)))
}

/// Tells of lines that nobody can show.
pub(super) fn tell(engine: &Engine, destination: &Arc<Destination>, lines: u64, verdict: Verdict) {
    let report = Report { destination: Arc::clone(destination), data: Bytes::new(), lines, attempts: 0 };
    engine.caller.lost(report, verdict.clone());
    observe::verdict(destination, lines as usize, &verdict);
}

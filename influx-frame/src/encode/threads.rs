//! Rows that are encoded ahead, on threads.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, thread};

use influx_core::LineBuffer;

use super::source::{FrameSourceError, Source};
use super::{Piece, Rows};
use crate::frame::Frame;

/// Threads that encode, and their pieces in order.
pub(super) struct Crew {
    made: Receiver<Made>,
    /// Pieces whose memory is free; without it the threads end.
    free: Sender<Piece>,
    /// Pieces that came before their turn, by their first row.
    early: BTreeMap<u64, Result<Box<Ready>, FrameSourceError>>,
    /// The row that is next.
    row: u64,
}

/// What a thread has to say.
enum Made {
    /// Lines from a row on, or why there are none.
    Piece(u64, Result<Box<Ready>, FrameSourceError>),
    /// It is in ruins.
    Panicked(Box<dyn Any + Send>),
}

/// A piece, and whether its memory counts: of all that rows become that were taken at once, one does.
struct Ready {
    piece: Piece,
    counts: bool,
}

/// What the threads share: whoever has a free piece may ask for rows.
struct Desk<F> {
    source: Box<Source<F>>,
    free: Receiver<Piece>,
}

/// So many pieces for each thread: one that it writes, and one that waits for its turn.
const PIECES: usize = 2;

impl Crew {
    /// Starts so many threads, or gives the source back if there can be none.
    pub(super) fn start<F: Frame>(
        source: Box<Source<F>>,
        threads: usize,
        lines: &LineBuffer,
        bytes: usize,
    ) -> Result<Self, Box<Source<F>>> {
        let ((made_by, made), (free, freed)) = (mpsc::channel(), mpsc::channel());
        let row = source.row;
        let desk = Arc::new(Mutex::new(Desk { source, free: freed }));
        let mut started = false;
        for _ in 0..threads {
            let (desk, made_by) = (Arc::clone(&desk), made_by.clone());
            let work = move || {
                let work = AssertUnwindSafe(|| work(&desk, &made_by, bytes));
                if let Err(panic) = panic::catch_unwind(work) {
                    // nobody asks for pieces any more: then nobody is told
                    let _ = made_by.send(Made::Panicked(panic));
                }
            };
            if thread::Builder::new().name("influx-frame".to_owned()).spawn(work).is_err() {
                // with fewer it is slower
                break;
            }
            started = true;
            for _ in 0..PIECES {
                // the desk is there
                let _ = free.send(Piece::new(lines.clone()));
            }
        }
        if !started && let Some(desk) = Arc::into_inner(desk) {
            return Err(desk.into_inner().unwrap_or_else(PoisonError::into_inner).source);
        }
        Ok(Self { made, free, early: BTreeMap::new(), row })
    }

    /// Puts the next piece in place of `piece`, whose memory is used again; whether there is one.
    pub(super) fn next(&mut self, piece: &mut Piece) -> Result<bool, FrameSourceError> {
        loop {
            if let Some(next) = self.early.remove(&self.row) {
                let Ready { piece: next, counts } = *next?;
                self.row = next.rows.end;
                let mut used = mem::replace(piece, next);
                if counts {
                    used.clear();
                    // if the threads have ended, what is left are the pieces that wait
                    let _ = self.free.send(used);
                }
                return Ok(true);
            }
            match self.made.recv() {
                Ok(Made::Piece(row, made)) => {
                    self.early.insert(row, made);
                }
                Ok(Made::Panicked(panic)) => panic::resume_unwind(panic),
                Err(_) => return Ok(false),
            }
        }
    }
}

/// Encodes until there are no more rows, or nobody wants them.
fn work<F: Frame>(desk: &Mutex<Desk<F>>, made: &Sender<Made>, bytes: usize) {
    let mut rows = Rows::default();
    loop {
        // A piece first: so the rows that come first always have one.
        let (mut piece, row, run) = {
            // the panic of another is told by it
            let Ok(mut desk) = desk.lock() else { return };
            let Ok(piece) = desk.free.recv() else { return };
            let row = desk.source.row;
            let Some(run) = desk.source.next() else { return };
            (piece, row, run)
        };
        let mut rest = match run {
            Ok(run) => Some(run),
            Err(error) => {
                let _ = made.send(Made::Piece(row, Err(error)));
                return;
            }
        };
        while let Some(run) = rest.take() {
            rest = rows.encode_run(run, &mut piece, bytes);
            let next = Piece::new(LineBuffer::with_options(piece.lines.options().clone()));
            let ready = Ready { piece: mem::replace(&mut piece, next), counts: rest.is_none() };
            if made.send(Made::Piece(ready.piece.rows.start, Ok(Box::new(ready)))).is_err() {
                return;
            }
        }
    }
}

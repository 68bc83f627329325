//! Rows that are encoded ahead, on threads.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, thread};

use influx_core::{EncodeOptions, LineBuffer};

use super::source::{FrameSourceError, Run, Source};
use super::{Piece, Rows};
use crate::frame::Frame;

/// Threads that encode, and their pieces in order.
pub(super) struct Crew {
    made: Receiver<Made>,
    /// Pieces whose memory is free; without it the threads end.
    free: Sender<Piece>,
    /// Pieces that came before their turn, by their first row.
    early: BTreeMap<u64, Result<Box<Ready>, FrameSourceError>>,
    /// What else becomes of the rows that are at their turn.
    rest: Option<Receiver<Piece>>,
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

/// The first piece of rows that were taken at once, and the others, if they are too long for one.
struct Ready {
    piece: Piece,
    rest: Option<Receiver<Piece>>,
}

/// What the threads share: whoever has a free piece may ask for rows.
struct Desk<F> {
    source: Box<Source<F>>,
    free: Receiver<Piece>,
}

/// So many pieces for each thread: one that it writes, and one that waits for its turn.
const PIECES: usize = 2;
/// So many more wait of rows that are too long for one piece; then their thread waits, too.
const MORE: usize = 1;

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
        Ok(Self { made, free, early: BTreeMap::new(), rest: None, row })
    }

    /// Puts the next piece in place of `piece`, whose memory is used again; whether there is one.
    pub(super) fn next(&mut self, piece: &mut Piece) -> Result<bool, FrameSourceError> {
        // it ends with its rows, or with its thread, which is told below
        if let Some(next) = self.rest.as_ref().and_then(|rest| rest.recv().ok()) {
            self.row = next.rows.end;
            *piece = next;
            return Ok(true);
        }
        self.rest = None;
        loop {
            if let Some(next) = self.early.remove(&self.row) {
                let Ready { piece: next, rest } = *next?;
                self.row = next.rows.end;
                self.rest = rest;
                let mut used = mem::replace(piece, next);
                used.clear();
                // if the threads have ended, what is left are the pieces that wait
                let _ = self.free.send(used);
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
        let run = match run {
            Ok(run) => run,
            Err(error) => {
                let _ = made.send(Made::Piece(row, Err(error)));
                return;
            }
        };
        let rest = rows.encode_run(run, &mut piece, bytes);
        let tell = |piece, rest| made.send(Made::Piece(row, Ok(Box::new(Ready { piece, rest })))).is_ok();
        let wanted = match rest {
            None => tell(piece, None),
            Some(rest) => {
                let options = piece.lines.options().clone();
                let (more, receiver) = mpsc::sync_channel(MORE);
                tell(piece, Some(receiver)) && go_on(&mut rows, rest, &options, &more, bytes)
            }
        };
        if !wanted {
            return;
        }
    }
}

/// Encodes what is left of rows, piece by piece as they are taken; whether somebody takes them.
fn go_on<F: Frame>(
    rows: &mut Rows,
    run: Run<F>,
    options: &EncodeOptions,
    more: &SyncSender<Piece>,
    bytes: usize,
) -> bool {
    let mut rest = Some(run);
    while let Some(run) = rest {
        let mut piece = Piece::new(LineBuffer::with_options(options.clone()));
        rest = rows.encode_run(run, &mut piece, bytes);
        if more.send(piece).is_err() {
            return false;
        }
    }
    true
}

#[cfg(all(test, feature = "arrow"))]
mod tests {
    use std::time::Duration;

    use arrow_array::{Int64Array, RecordBatch};

    use super::*;
    use crate::encode::Plans;
    use crate::roles::Roles;

    #[test]
    fn rows_that_are_too_long_for_a_piece_wait_for_their_turn() {
        let column = Arc::new(Int64Array::from_iter_values(0..100_000)) as _;
        let frame = RecordBatch::try_from_iter([("row", column)]).unwrap();
        let plans = Plans::new(Roles::new("m").stamped());
        // a run becomes a dozen pieces
        let source = Source::new(Box::new(std::iter::once(Ok(frame))), plans, 1_000);
        let Ok(mut crew) = Crew::start(Box::new(source), 2, &LineBuffer::new(), 1_000) else {
            panic!("no thread")
        };
        let mut piece = Piece::new(LineBuffer::new());
        assert!(crew.next(&mut piece).unwrap());
        thread::sleep(Duration::from_millis(100));
        while let Ok(Made::Piece(row, made)) = crew.made.try_recv() {
            crew.early.insert(row, made);
        }
        // the run of the other thread, which has taken no more than that
        assert!(crew.early.len() <= 1, "{} pieces wait", crew.early.len());
        let mut next = piece.rows.end;
        while crew.next(&mut piece).unwrap() {
            assert_eq!(piece.rows.start, next);
            next = piece.rows.end;
        }
        assert_eq!(next, 100_000);
    }
}

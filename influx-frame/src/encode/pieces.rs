//! The lines of frames, piece by piece, in the order of their rows.

use std::error::Error;
use std::{fmt, iter, mem};

use influx_core::LineBuffer;

use super::source::{FrameSourceError, Run, Source};
use super::threads::Crew;
use super::{Piece, Plans, Rows};
use crate::frame::Frame;
use crate::plan::PlanError;
use crate::roles::Roles;

/// The lines of frames, piece by piece, in the order of their rows.
///
/// Pieces are lent, so that their memory is used again and again. Dropping it ends the threads: each with the piece that
/// it is at.
pub struct Pieces<F> {
    work: Work<F>,
    /// What a piece's lines are encoded into: empty.
    lines: LineBuffer,
    piece: Piece,
    threads: usize,
    bytes: usize,
}

/// Where rows are encoded.
enum Work<F> {
    Here(Box<Here<F>>),
    Threads(Crew),
    /// All is done.
    Done,
}

/// On the caller's thread.
struct Here<F> {
    source: Box<Source<F>>,
    rows: Rows,
    /// What is left of a run whose lines were too many for a piece.
    rest: Option<Run<F>>,
}

/// So many rows are in a piece.
const ROWS: usize = 8192;
/// So many bytes: a request of `Client::write` takes twice as many.
const BYTES: usize = 2 << 20;

impl<F: Frame> Pieces<F> {
    /// The lines of a frame, encoded into buffers like `lines`, which is empty.
    ///
    /// # Errors
    ///
    /// The roles do not fit the frame.
    pub fn new(frame: F, roles: &Roles, lines: LineBuffer) -> Result<Self, PlanError> {
        let mut plans = Plans::new(roles.clone());
        plans.of(&frame)?;
        let frames = iter::once(Ok(frame));
        Ok(Self::of_source(Source::new(Box::new(frames), plans, ROWS), lines))
    }

    /// The lines of frames that come one after the other, as of a reader: their rows are numbered through. Frames are
    /// asked for when their rows are wanted, on one of the [`threads`](Self::threads).
    ///
    /// A frame of another schema than the one before it gets a plan of its own.
    pub fn of_frames<I, E>(frames: I, roles: &Roles, lines: LineBuffer) -> Self
    where
        I: IntoIterator<Item = Result<F, E>>,
        I::IntoIter: Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let frames = frames.into_iter().map(|frame| frame.map_err(Into::into));
        Self::of_source(Source::new(Box::new(frames), Plans::new(roles.clone()), ROWS), lines)
    }

    fn of_source(source: Source<F>, mut lines: LineBuffer) -> Self {
        lines.clear();
        let work = Work::Here(Box::new(Here { source: Box::new(source), rows: Rows::default(), rest: None }));
        Self { work, piece: Piece::new(lines.clone()), lines, threads: 1, bytes: BYTES }
    }

    /// How many rows are in a piece at most. Default: 8,192.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        if let Work::Here(here) = &mut self.work {
            here.source.rows = rows.max(1);
        }
        self
    }

    /// A piece ends with the row by which its lines have so many bytes. Default: 2 MiB.
    #[must_use]
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes.max(1);
        self
    }

    /// The number of the first row, as if so many stood before it. Default: 0.
    #[must_use]
    pub fn first_row(mut self, row: u64) -> Self {
        if let Work::Here(here) = &mut self.work {
            here.source.row = row;
        }
        self
    }

    /// On how many threads the rows are encoded. Default: 1, which is the caller's; more are threads of their own, which
    /// are at most a few pieces ahead. The order stays.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// The next piece; `None`: that was the last.
    ///
    /// With more than one thread it waits for them; a panic in one of them, which may be that of the frames' iterator,
    /// goes on here.
    ///
    /// # Errors
    ///
    /// The source of the frames fails, or the roles do not fit the next frame. All rows before were given out; no piece
    /// comes behind it.
    #[allow(clippy::should_implement_trait, reason = "it lends")]
    pub fn next(&mut self) -> Result<Option<&Piece>, FrameSourceError> {
        Ok(if self.advance()? { Some(&self.piece) } else { None })
    }

    /// As [`next`](Self::next), for who keeps the piece.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn next_owned(&mut self) -> Result<Option<Piece>, FrameSourceError> {
        let more = self.advance()?;
        Ok(more.then(|| mem::replace(&mut self.piece, Piece::new(self.lines.clone()))))
    }

    /// Puts the next rows into the piece; whether there were any.
    fn advance(&mut self) -> Result<bool, FrameSourceError> {
        self.start();
        let more = match &mut self.work {
            Work::Here(here) => {
                self.piece.clear();
                match here.rest.take().map(Ok).or_else(|| here.source.next()) {
                    None => Ok(false),
                    Some(Err(error)) => Err(error),
                    Some(Ok(run)) => {
                        here.rest = here.rows.encode_run(run, &mut self.piece, self.bytes);
                        Ok(true)
                    }
                }
            }
            Work::Threads(crew) => crew.next(&mut self.piece),
            Work::Done => Ok(false),
        };
        if !matches!(more, Ok(true)) {
            self.work = Work::Done;
        }
        more
    }

    /// Starts the threads that are wanted.
    fn start(&mut self) {
        if self.threads < 2 || !matches!(self.work, Work::Here(_)) {
            return;
        }
        let (threads, bytes) = (mem::replace(&mut self.threads, 1), self.bytes);
        if let Work::Here(here) = mem::replace(&mut self.work, Work::Done) {
            let Here { source, rows, rest } = *here;
            self.work = match Crew::start(source, threads, &self.lines, bytes) {
                Ok(crew) => Work::Threads(crew),
                Err(source) => Work::Here(Box::new(Here { source, rows, rest })),
            };
        }
    }
}

impl<F> fmt::Debug for Pieces<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces")
            .field("threads", &self.threads)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

//! The threads: each takes a chunk, decodes it, encodes it, and hands over calls that are ready to be sent.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow_array::RecordBatch;
use influx_core::http::Call;
use influx_core::{Client, Destination, WriteReport};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::chunk::{BadRows, Chunk, Chunks, FileStamp, Outline, Place, Planned, Step};
use super::error::ReadError;
use crate::encode::{Encoder, Piece};
use crate::roles::Roles;
use crate::write::account::Sent;

/// The most rows of a request.
const ROWS: u64 = 8192;
/// A request ends with the row by which it has so many bytes.
const BYTES: usize = 2 * 1024 * 1024;

/// What the threads share.
pub(super) struct Work {
    pub(super) chunks: Mutex<Chunks>,
    pub(super) files: Arc<[Planned]>,
    pub(super) client: Client,
    pub(super) destination: Destination,
    pub(super) roles: Roles,
    pub(super) stop: AtomicBool,
}

/// Some rows of a chunk.
pub(super) struct Ready {
    pub(super) place: Place,
    pub(super) outline: Outline,
    pub(super) sent: Sent,
    pub(super) rows: u64,
    /// `None`: there is no line.
    pub(super) call: Option<Call<WriteReport>>,
}

/// Ends the threads when it is dropped: each with the batch that it is at.
pub(super) struct Crew(Arc<Work>);

impl Drop for Crew {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

impl Crew {
    /// Starts so many threads. They are at most as many pieces ahead.
    pub(super) fn start(
        work: Work,
        threads: usize,
    ) -> Result<(Self, Receiver<Result<Ready, ReadError>>), String> {
        let (sender, receiver) = mpsc::channel(threads);
        let crew = Self(Arc::new(work));
        // fewer threads than wanted do as well
        let mut failed = None;
        let mut started = 0;
        for _ in 0..threads {
            let (work, sender) = (Arc::clone(&crew.0), sender.clone());
            let thread = thread::Builder::new().name("influx-load".to_owned());
            match thread.spawn(move || work_on(&work, &sender)) {
                Ok(_) => started += 1,
                Err(error) => failed = Some(error),
            }
        }
        match failed.filter(|_| started == 0) {
            None => Ok((crew, receiver)),
            Some(error) => Err(format!("no thread can be started to read the files: {error}")),
        }
    }

    /// Lets the threads end.
    pub(super) fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// What a thread does.
fn work_on(work: &Work, sender: &Sender<Result<Ready, ReadError>>) {
    if let Err(panic) = caught(|| Worker::new(work, sender).run()) {
        // rows are missing now, which must not pass for the end of the files
        let _ = sender.blocking_send(Err(ReadError::of(Path::new(""), panic)));
    }
}

/// Nobody listens any more, or an error was handed over.
struct Ended;

struct Worker<'w> {
    work: &'w Work,
    sender: &'w Sender<Result<Ready, ReadError>>,
    encoder: Encoder,
    piece: Piece,
}

impl<'w> Worker<'w> {
    fn new(work: &'w Work, sender: &'w Sender<Result<Ready, ReadError>>) -> Self {
        let piece = Piece::new(work.client.line_buffer(&work.destination));
        Self { work, sender, encoder: Encoder::new(work.roles.clone()), piece }
    }

    fn run(&mut self) {
        while !self.stopped() {
            let step = {
                let mut chunks = self.work.chunks.lock().unwrap_or_else(PoisonError::into_inner);
                caught(|| chunks.next()).unwrap_or_else(|panic| Err(chunks.failed(panic)))
            };
            let done = match step {
                Ok(Step::Chunk(chunk)) => self.chunk(chunk),
                Ok(Step::Passed) => Ok(()),
                Ok(Step::End) => return,
                Err(error) => self.fail(error),
            };
            if done.is_err() {
                return;
            }
        }
    }

    fn stopped(&self) -> bool {
        self.work.stop.load(Ordering::Relaxed)
    }

    fn fail(&self, error: ReadError) -> Result<(), Ended> {
        self.work.stop.store(true, Ordering::Relaxed);
        let _ = self.sender.blocking_send(Err(error));
        Err(Ended)
    }

    fn chunk(&mut self, chunk: Chunk) -> Result<(), Ended> {
        let Chunk { place, first_row, outline, batches } = chunk;
        let work = self.work;
        let Some(file) = work.files.get(place.file) else { return Err(Ended) };
        let bad = |bad: BadRows| ReadError {
            row: bad.row.map(|row| first_row + row),
            ..ReadError::at(&file.path, place.chunk, bad.message)
        };
        let mut batches = match caught(batches) {
            Ok(Ok(batches)) => batches,
            Ok(Err(message)) => return self.fail(bad(message.into())),
            Err(panic) => return self.fail(bad(panic.into())),
        };
        let mut row = first_row;
        loop {
            // a reader may panic where a file is corrupt in a way that nobody has thought of
            let batch = caught(|| batches.next()).unwrap_or_else(|panic| Some(Err(panic.into())));
            match batch {
                None => break,
                Some(Err(error)) => return self.fail(bad(error)),
                Some(Ok(batch)) => {
                    // before they count for those that are missing, by which the chunk would be done
                    if row + batch.num_rows() as u64 > first_row + outline.rows {
                        return self.fail(bad(miscounted(&outline, "more").into()));
                    }
                    self.batch(place, &outline, &file.path, &batch, row)?;
                    row += batch.num_rows() as u64;
                }
            }
            if self.stopped() {
                return Err(Ended);
            }
        }
        if row != first_row + outline.rows {
            return self.fail(bad(miscounted(&outline, "fewer").into()));
        }
        // before the last rows of the chunk are sent, so that it is not done if they are others
        match FileStamp::of(&file.path) {
            Ok(stamp) if stamp == file.stamp => self.hand_over(place, &outline),
            Ok(_) => self.fail(ReadError::changed(&file.path, place.chunk)),
            Err(message) => self.fail(bad(message.into())),
        }
    }

    fn batch(
        &mut self,
        place: Place,
        outline: &Outline,
        path: &Path,
        batch: &RecordBatch,
        first: u64,
    ) -> Result<(), Ended> {
        let mut start = 0;
        while start < batch.num_rows() {
            let have = self.piece.rows.end - self.piece.rows.start;
            if have >= ROWS || self.piece.lines.as_bytes().len() >= BYTES {
                self.hand_over(place, outline)?;
                continue;
            }
            let room = usize::try_from(ROWS - have).unwrap_or(usize::MAX);
            let rows = start..batch.num_rows().min(start.saturating_add(room));
            match self.encoder.encode_some(batch, rows, first, &mut self.piece, BYTES) {
                Ok(end) => start = end,
                Err(error) => {
                    return self.fail(ReadError::at(path, place.chunk, error.to_string()));
                }
            }
        }
        Ok(())
    }

    /// Hands over the rows of the piece, if only to say that there are none.
    fn hand_over(&mut self, place: Place, outline: &Outline) -> Result<(), Ended> {
        let lines = &self.piece.lines;
        let call = (!lines.is_empty()).then(|| self.work.client.write(&self.work.destination, lines));
        let ready = Ready {
            place,
            outline: outline.clone(),
            sent: Sent::of(&self.piece),
            rows: self.piece.rows.end - self.piece.rows.start,
            call,
        };
        self.piece.clear();
        self.sender.blocking_send(Ok(ready)).map_err(|_| Ended)
    }
}

fn miscounted(outline: &Outline, what: &str) -> String {
    let rows = outline.rows;
    format!(
        "it has {what} rows than the {rows} that were announced: the file is corrupt, or its lines are no rows"
    )
}

/// What a panic says instead of the result.
fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panicked(&*panic))
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the reader panicked, so the file must be corrupt: {}", words.unwrap_or("no message"))
}

//! The thread of the files: writes what comes, once for many, and forgets what has its verdict.

mod panicked;

use std::error::Error as _;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::end;
use super::kept::{Kept, Trouble};
use super::store::{Shared, Store};
use crate::error::{Error, Result};
use crate::write::batch::Batch;
use crate::write::spool::{AppendError, Fsync, Log};
use crate::write::writer::observe;

/// With [`Fsync::Group`], a batch waits so long for others to come onto the disk with it.
const GROUP: Duration = Duration::from_millis(10);
/// Or until there are so many bytes.
const GROUP_BYTES: u64 = 1024 * 1024;
/// So many bytes are written between two looks at what has its verdict.
const ROUND_BYTES: usize = 1024 * 1024;
/// So often it is tried again to write.
const AGAIN: Duration = Duration::from_secs(1);
/// So often it is written down what has its verdict.
const TIDY: Duration = Duration::from_millis(250);
/// At the end, whoever still reads gets so much time.
const READERS: Duration = Duration::from_secs(5);

/// When what was written is forced onto the disk.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// None: never.
    wait: Option<Duration>,
    /// Or when so many bytes were written.
    bytes: u64,
    /// Or when so much memory waits for it.
    held: u64,
}

impl Pace {
    fn new(fsync: Fsync, queue_bytes: u64) -> Self {
        let (wait, bytes) = match fsync {
            Fsync::Group => (Some(GROUP), GROUP_BYTES),
            Fsync::Every(wait) => (Some(wait), u64::MAX),
            Fsync::Never => (None, u64::MAX),
        };
        Self { wait, bytes, held: queue_bytes / 4 }
    }
}

/// What is to be written.
struct Piece {
    first: u64,
    batch: Arc<Batch>,
    born_ms: u64,
    /// The memory that comes back when it is written for good.
    held: u64,
}

/// Says at the end of the thread that it has gone, however that came.
struct Gone(Arc<Store>);

impl Drop for Gone {
    fn drop(&mut self) {
        let mut shared = self.0.lock();
        shared.gone = true;
        // Dropped without the lock, and last: this may be the last one that has it.
        let _engine = shared.engine.take();
        drop(shared);
        self.0.wake.notify_all();
        self.0.gone.notify_waiters();
    }
}

struct Files {
    store: Arc<Store>,
    log: Log,
    pace: Pace,
    /// Since the last sync.
    unsynced: Option<Unsynced>,
    /// When it is tried again.
    again: Option<Instant>,
    /// When it is next written down what has its verdict.
    tidy: Instant,
    /// Whether it was told that nothing can be written.
    told: bool,
    /// Whether it was told that verdicts cannot be.
    told_untidy: bool,
}

#[derive(Clone, Copy)]
struct Unsynced {
    first: u64,
    since: Instant,
    bytes: u64,
    held: u64,
}

/// Starts the thread. It ends after [`Store::close`].
///
/// # Errors
///
/// It cannot be started.
pub(super) fn start(store: Arc<Store>, log: Log, fsync: Fsync, queue_bytes: usize) -> Result<()> {
    let pace = Pace::new(fsync, queue_bytes as u64);
    let now = Instant::now();
    let path = store.path().to_owned();
    store.bytes.store(log.bytes(), Ordering::Relaxed);
    let files = Files {
        store,
        log,
        pace,
        unsynced: None,
        again: None,
        tidy: now + TIDY,
        told: false,
        told_untidy: false,
    };
    let started = std::thread::Builder::new().name("influx-spool".to_owned()).spawn(|| files.run());
    started.map(drop).map_err(|error| Error::spool(&path, "its thread cannot be started", Some(error)))
}

impl Files {
    fn run(mut self) {
        let gone = Gone(Arc::clone(&self.store));
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            self.stand_still();
        }
        // With it goes the lock of the directory.
        drop(self);
        let unwritten = gone.0.end();
        let engine = gone.0.lock().engine.clone();
        if let Some(engine) = engine {
            end::conclude(&engine, unwritten);
        }
    }

    /// Writes until the end, and lets the files go.
    fn work(&mut self) {
        while let Some(pieces) = self.wait() {
            self.round(pieces);
        }
        // What fails is tried once more: room may have been made, and a file of its own may do better.
        if !self.write_all() {
            self.tidy();
            self.write_all();
        }
        self.close();
    }

    /// Writes what there is. Says whether all of it is in the files for good.
    fn write_all(&mut self) -> bool {
        loop {
            let pieces = pieces(&self.store.lock());
            if pieces.is_empty() {
                return self.sync();
            }
            if !self.append(pieces) {
                self.sync();
                return false;
            }
        }
    }

    /// Waits until there is something to do, and gives what is to be written; none at the end.
    fn wait(&mut self) -> Option<Vec<Piece>> {
        let store = Arc::clone(&self.store);
        let mut shared = store.lock();
        loop {
            if shared.closing {
                return None;
            }
            let now = Instant::now();
            self.again = self.again.filter(|again| *again > now);
            if self.again.is_none() && store.writes(&shared) {
                let pieces = pieces(&shared);
                if !pieces.is_empty() {
                    return Some(pieces);
                }
            }
            if std::mem::take(&mut shared.urgent) {
                self.tidy = now;
            }
            let settled = shared.settled.first().is_some_and(|first| first < self.log.next_seq());
            let sync = self.unsynced.and_then(|unsynced| self.due(unsynced));
            // what failed is tried again, also when nothing comes
            let next = [(settled || self.told_untidy).then_some(self.tidy), sync, self.again]
                .into_iter()
                .flatten()
                .min();
            let wait = next.map(|next| next.saturating_duration_since(now));
            shared = match wait {
                Some(wait) if wait.is_zero() => return Some(Vec::new()),
                Some(wait) => store.wake.wait_timeout(shared, wait).unwrap_or_else(|e| e.into_inner()).0,
                None => store.wake.wait(shared).unwrap_or_else(|e| e.into_inner()),
            };
        }
    }

    fn due(&self, unsynced: Unsynced) -> Option<Instant> {
        let wait = self.pace.wait?;
        let is_much = unsynced.bytes >= self.pace.bytes || unsynced.held >= self.pace.held;
        if is_much { Some(unsynced.since) } else { unsynced.since.checked_add(wait) }
    }

    /// Writes pieces, and does what is due.
    fn round(&mut self, pieces: Vec<Piece>) {
        let mut well = self.append(pieces);
        let now = Instant::now();
        if well && self.unsynced.and_then(|unsynced| self.due(unsynced)).is_some_and(|due| due <= now) {
            well = self.sync();
        }
        if self.tidy <= now || !well {
            self.tidy();
        }
        self.store.bytes.store(self.log.bytes(), Ordering::Relaxed);
    }

    fn append(&mut self, pieces: Vec<Piece>) -> bool {
        if pieces.is_empty() {
            return true;
        }
        let mut trouble = None;
        for piece in pieces {
            let first = self.log.next_seq();
            if let Err(error) = self.append_piece(&piece) {
                trouble = Some(self.trouble_of(error));
            }
            if self.pace.wait.is_some() && self.log.next_seq() > first {
                let new = Unsynced { first, since: Instant::now(), bytes: 0, held: 0 };
                let unsynced = self.unsynced.get_or_insert(new);
                unsynced.bytes += piece.batch.body.len() as u64;
                unsynced.held += piece.held;
            }
            if trouble.is_some() {
                break;
            }
        }
        let end = self.log.next_seq();
        self.store.lock().appended(end);
        if self.pace.wait.is_none() {
            self.commit(end);
        }
        let well = trouble.is_none();
        trouble.into_iter().for_each(|trouble| self.failed(trouble));
        well
    }

    fn append_piece(&mut self, piece: &Piece) -> Result<(), AppendError> {
        // Numbers whose lines had their verdict before it was their turn.
        while self.log.next_seq() < piece.first {
            let hole = u32::try_from(piece.first - self.log.next_seq()).unwrap_or(u32::MAX);
            self.log.append_settled(hole)?;
        }
        self.log.append(&piece.batch, piece.born_ms)
    }

    /// Forces what was written onto the disk. Says whether it is there.
    fn sync(&mut self) -> bool {
        let Some(unsynced) = self.unsynced.take() else { return true };
        match self.log.sync() {
            Ok(()) => {
                self.commit(self.log.next_seq());
                true
            }
            Err(error) => {
                // It is not known what of it is on the disk, and asking again would be told that all is.
                let end = self.log.next_seq();
                let settled = self.log.unsettled().missing(unsynced.first..end);
                self.log.forsake(unsynced.first);
                self.store.lock().take_back(unsynced.first, &settled);
                let what = format!("it cannot be forced onto the disk: {error}; check the disk");
                self.failed(self.trouble(what, error.kind()));
                false
            }
        }
    }

    /// Everything below is in the files for good.
    fn commit(&mut self, end: u64) {
        self.log.shelf().commit(end);
        let mut shared = self.store.lock();
        let count = shared.jobs.iter().take_while(|job| job.end() <= end).count();
        let done: Vec<_> = shared.jobs.drain(..count).collect();
        shared.committed = shared.committed.max(end);
        shared.trouble = None;
        drop(shared);
        done.iter().for_each(|job| job.tell(Kept::Durable));
        if !done.is_empty() && std::mem::take(&mut self.told) {
            observe::spool_works(self.store.path());
        }
        drop(done);
        self.store.progress.notify_one();
    }

    fn failed(&mut self, trouble: Trouble) {
        self.again = Some(Instant::now() + AGAIN);
        self.store.errors.fetch_add(1, Ordering::Relaxed);
        if !std::mem::replace(&mut self.told, true) {
            observe::spool_fails(&trouble.path, &trouble.what);
        }
        self.store.lock().fail(trouble);
        self.store.progress.notify_one();
    }

    fn trouble_of(&self, error: AppendError) -> Trouble {
        let (what, kind) = match &error {
            AppendError::Full(_) => {
                ("; raise SpoolOptions::max_bytes, or wait for the server", io::ErrorKind::StorageFull)
            }
            AppendError::Io(_, error) => ("; check the disk, and the room on it", error.kind()),
            AppendError::Refused(_) => ("", io::ErrorKind::InvalidInput),
        };
        let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        self.trouble(format!("{error}{source}{what}"), kind)
    }

    fn trouble(&self, what: String, kind: io::ErrorKind) -> Trouble {
        let full = matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        Trouble { path: self.store.path().into(), what, full }
    }

    /// Writes down what has its verdict, and gives room back.
    fn tidy(&mut self) {
        self.tidy = Instant::now() + TIDY;
        let end = self.log.next_seq();
        let mut shared = self.store.lock();
        let settled = std::mem::take(&mut shared.settled);
        for range in settled.iter() {
            // What is not in the files yet: whether it ever will be is not known.
            if range.end > end {
                shared.settled.insert(range.start.max(end)..range.end);
            }
        }
        drop(shared);
        for range in settled.iter().filter(|range| range.start < end) {
            self.log.settle(range.start..range.end.min(end));
        }
        let before = self.log.bytes();
        match self.log.tidy() {
            Ok(()) => self.told_untidy = false,
            Err(error) => {
                self.tidy = Instant::now() + AGAIN;
                self.store.errors.fetch_add(1, Ordering::Relaxed);
                if !std::mem::replace(&mut self.told_untidy, true) {
                    untidy(self.store.path(), &error);
                }
            }
        }
        if self.log.bytes() < before {
            self.again = None;
            self.store.lock().trouble.take_if(|trouble| trouble.full);
        }
        self.store.progress.notify_one();
    }

    /// Gives up the files, once nobody reads them.
    fn close(&mut self) {
        self.tidy();
        let mut shared = self.store.lock();
        (shared.shelf, shared.cursor) = (None, None);
        let until = Instant::now() + READERS;
        while shared.readers > 0 && Instant::now() < until {
            shared = self.store.wake.wait_timeout(shared, READERS).unwrap_or_else(|e| e.into_inner()).0;
        }
        drop(shared);
        if let Err(error) = self.log.close() {
            self.store.errors.fetch_add(1, Ordering::Relaxed);
            untidy(self.store.path(), &error);
        }
        self.store.bytes.store(self.log.bytes(), Ordering::Relaxed);
    }
}

/// Verdicts cannot be noted. That costs room and, after a crash, that lines are sent again: nothing else.
fn untidy(path: &Path, error: &io::Error) {
    let what =
        format!("what has its verdict cannot be noted, and may be sent again by the next run: {error}");
    observe::spool_fails(path, &what);
}

/// What is to be written next.
fn pieces(shared: &Shared) -> Vec<Piece> {
    let mut bytes = 0;
    let waiting = shared.jobs.range(shared.first_to_append()..).map(|job| {
        let batch = Arc::clone(&job.batch);
        Piece { first: job.first, batch, born_ms: job.born_ms, held: job.held() }
    });
    let some = waiting.take_while(|piece| {
        let fits = bytes < ROUND_BYTES;
        bytes += piece.batch.body.len();
        fits
    });
    some.collect()
}

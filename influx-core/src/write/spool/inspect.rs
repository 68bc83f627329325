//! A spool looked at without a writer: how much is in it, whether it can be read, and the records themselves.

mod frame;
mod report;
#[cfg(test)]
mod tests;

pub use frame::{SpooledFrame, SpooledFrames};
pub use report::{SpoolCounts, SpoolLoss, SpoolReport, SpoolTail, SpooledFor};

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use self::frame::Next;
use super::cursor::Cursor;
use super::disk::Disk;
use super::io::SpoolIo;
use super::log::Log;
use super::ranges::Ranges;
use super::shelf::{LoadError, Shelf, View, segment_name};
use super::walk::{Step, Walk};
use crate::error::{Error, Result};
use crate::percent::percent_encode;
use crate::write::{Destination, Part};

/// The spool of a [`Writer`](crate::Writer) that does not run, looked at without one: its counts, its batches, a check of
/// all its bytes, and its records as line protocol.
///
/// It shows what has no verdict yet: what the next writer with this spool would send. It changes nothing, and has the
/// directory for itself as long as it lives, so that no writer can open it meanwhile.
///
/// All of this reads files as it goes, in bounded memory, and blocks: in asynchronous code, call it by
/// `tokio::task::spawn_blocking`.
///
/// # Moving it into another writer
///
/// The lines of a batch are taken by [`Writer::append`](crate::Writer::append). Remove the directory when the other
/// writer has them: this does not mark them as sent.
///
/// ```
/// # #[cfg(feature = "test-server")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use influx_core::write::{Spool, WriteOptions};
/// use influx_core::{Client, testing::TestServer};
///
/// # let directory = std::env::temp_dir().join(format!("influx-doc-spool-{}", std::process::id()));
/// let server = TestServer::builder().bucket("home").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
/// server.stop();
/// let writer = client.writer_with("home", WriteOptions::new().spool(&directory))?;
/// writer.write("climate,room=attic degrees=21.5 1700000000000000000").await?;
/// assert_eq!(writer.close(Duration::ZERO).await.pending, 1);
///
/// let spool = Spool::open(&directory)?;
/// assert_eq!(spool.counts()?.records, 1);
///
/// server.restart()?;
/// let writer = client.writer("home")?;
/// for frame in spool.frames() {
///     let frame = frame?;
///     // the times are in the unit in which they were written
///     let to = frame.destination().clone().precision(frame.precision());
///     writer.to(to)?.append(&frame.lines()?).await?;
/// }
/// assert!(writer.close(None).await.is_stored());
/// assert_eq!(server.count("home"), 1);
/// # drop(spool);
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "test-server"))]
/// # fn main() {}
/// ```
pub struct Spool {
    path: Arc<Path>,
    /// Holds the lock.
    io: Arc<dyn SpoolIo>,
    shelf: Arc<Shelf>,
    unsettled: Ranges,
    next_seq: u64,
    file_bytes: u64,
}

impl Spool {
    /// Opens the spool in a directory.
    ///
    /// # Errors
    ///
    /// [`Spool`](crate::ErrorKind::Spool): the directory is none of a spool, a writer has it (the error names its
    /// process), a newer version made its files, or they cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(path.as_ref(), Arc::new(Disk::read_only(path.as_ref())?))
    }

    fn of(path: &Path, io: Arc<dyn SpoolIo>) -> Result<Self> {
        let log = Log::open(Arc::clone(&io), u64::MAX).map_err(|error| error.at(path))?;
        let (unsettled, next_seq, file_bytes) = (log.unsettled(), log.next_seq(), log.bytes());
        Ok(Self { path: path.into(), io, shelf: log.shelf(), unsettled, next_seq, file_bytes })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Counts what is in it. It reads the heads of the batches, not their lines: what is wrong with these shows when
    /// they are read, as by [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// [`Spool`](crate::ErrorKind::Spool): a file cannot be read.
    pub fn counts(&self) -> Result<SpoolCounts> {
        let mut counts = SpoolCounts {
            records: 0,
            frames: 0,
            bytes: 0,
            lost: 0,
            oldest: None,
            sequence: self.unsettled.first().unwrap_or(self.next_seq)..self.next_seq,
            file_bytes: self.file_bytes,
            destinations: Vec::new(),
        };
        let mut frames = self.frames();
        while let Some(next) = frames.advance()? {
            match next {
                Next::Frame(frame) => counts.add(&frame),
                Next::Lost(records) => counts.lost += records.end - records.start,
            }
        }
        Ok(counts)
    }

    /// When the oldest batch was made, by the clock on the wall; `None` if the spool is empty.
    ///
    /// # Errors
    ///
    /// Those of [`counts`](Self::counts).
    pub fn oldest(&self) -> Result<Option<SystemTime>> {
        Ok(self.counts()?.oldest)
    }

    /// The batches in the order in which they were written.
    ///
    /// Records that are lost are an error in their place, which says which and why; what follows them comes behind it. After
    /// an error of reading a file nothing more comes.
    pub fn frames(&self) -> SpooledFrames<'_> {
        let first = self.unsettled.first().unwrap_or(self.next_seq);
        SpooledFrames::new(self, Cursor::new(Arc::clone(&self.shelf), first))
    }

    /// Writes the records as line protocol, those of one destination or all, in the order in which they were written.
    ///
    /// Where the next ones go elsewhere or have times of another unit, a comment says so:
    /// `# bucket=home&precision=ns`, with `%XX` for what is neither a letter nor a digit. Nothing is flushed. Records that
    /// are lost are in the report, whatever their destination was.
    ///
    /// # Errors
    ///
    /// [`Spool`](crate::ErrorKind::Spool): a file cannot be read, or the output cannot be written. What was written by
    /// then stays so.
    pub fn export(&self, mut into: impl io::Write, only: Option<&Destination>) -> Result<SpoolReport> {
        let failed = |error| Error::spool(&self.path, "what was exported cannot be written", Some(error));
        let mut last = None;
        self.read(|frame, part| {
            if only.is_some_and(|only| only != frame.destination()) {
                return Ok(false);
            }
            let heading = heading(frame);
            if last.as_ref() != Some(&heading) {
                into.write_all(heading.as_bytes()).map_err(failed)?;
                last = Some(heading);
            }
            into.write_all(&part.body()).map_err(failed)?;
            Ok(true)
        })
    }

    /// Reads everything, and says what of it is as it was written.
    ///
    /// # Errors
    ///
    /// [`Spool`](crate::ErrorKind::Spool): a file cannot be read. Damage is no error, but in the report.
    pub fn verify(&self) -> Result<SpoolReport> {
        self.read(|_, _| Ok(true))
    }

    /// Reads all batches. `each` says whether one counts.
    fn read(&self, mut each: impl FnMut(&SpooledFrame<'_>, &Part) -> Result<bool>) -> Result<SpoolReport> {
        let mut report = SpoolReport::default();
        let mut frames = self.frames();
        while let Some(next) = frames.advance()? {
            match next {
                Next::Frame(frame) => match frame.load() {
                    Ok(part) => {
                        if each(&frame, &part)? {
                            report.add(&part);
                        }
                    }
                    Err(LoadError::Corrupt { file, what, .. }) => {
                        let loss = |records| {
                            let (file, why) = (Some(file.clone()), what.to_owned());
                            SpoolLoss { records, file, why }
                        };
                        frame.left.iter().for_each(|records| report.lose(loss(records)));
                    }
                    Err(LoadError::Io { file, source }) => return Err(unreadable(&self.path, &file, source)),
                },
                Next::Lost(records) => report.lose(self.loss(records)),
            }
        }
        let names = self.io.list().map_err(|error| unreadable(&self.path, "the directory", error))?;
        report.put_aside =
            names.into_iter().map(|(name, _)| name).filter(|name| name.ends_with(".corrupt")).collect();
        report.put_aside.sort();
        report.tail = self.tail()?;
        Ok(report)
    }

    /// Why records are not there.
    fn loss(&self, records: Range<u64>) -> SpoolLoss {
        let (file, why) = match self.shelf.view(records.start) {
            View::Gap(_) => (None, "no file holds them"),
            View::Segment { first, .. } => {
                (Some(segment_name(first)), "the file is damaged or cut short where they were")
            }
        };
        SpoolLoss { records, file, why: why.to_owned() }
    }

    /// What stands at the end of the last file and is no whole batch.
    fn tail(&self) -> Result<Option<SpoolTail>> {
        let last = self.shelf.state().segments.last_key_value().map(|(first, segment)| (*first, segment.len));
        let Some((first, len)) = last else { return Ok(None) };
        let file = segment_name(first);
        let failed = |error| unreadable(&self.path, &file, error);
        let mut walk = Walk::new(self.shelf.read(first).map_err(failed)?);
        loop {
            match walk.step(len).map_err(failed)? {
                Step::Frame(head) => walk.pass(&head),
                Step::Named(_) | Step::Damage => {}
                Step::CutShort(_) | Step::End | Step::Version(_) => break,
            }
        }
        let bytes = len.saturating_sub(walk.at());
        Ok((bytes > 0).then_some(SpoolTail { file, bytes }))
    }
}

/// Prints where it is.
impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The comment before records of this destination and unit. It holds no quote, which could hide what follows.
fn heading(frame: &SpooledFrame<'_>) -> String {
    let to = frame.destination();
    let mut heading = if to.database { "# database=" } else { "# bucket=" }.to_owned();
    percent_encode(&to.name, &mut heading);
    for (key, value) in [("rp", &to.retention_policy), ("org", &to.org)] {
        if let Some(value) = value {
            heading.extend(["&", key, "="]);
            percent_encode(value, &mut heading);
        }
    }
    heading.extend(["&precision=", frame.precision().as_str(), "\n"]);
    heading
}

fn unreadable(path: &Path, file: &str, error: io::Error) -> Error {
    Error::spool(path, format!("{file} cannot be read"), Some(error))
}

//! What every format is to a load: files that are cut into chunks, one after the other.

use std::collections::HashMap;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::error::ReadError;
use crate::roles::Roles;

/// The rows of a batch that is read: what is in memory at once, a few times over.
#[cfg(any(feature = "parquet", feature = "csv", feature = "json"))]
pub(super) const BATCH_ROWS: usize = 8192;

/// A format of files.
pub(super) trait Format: Debug + Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;
    /// How the names of its files end.
    fn endings(&self) -> &'static [&'static str];
    /// The schema of each file; one that must be guessed is the same for all, and one without columns if there are no
    /// rows to guess from. What the roles take for text is not guessed.
    fn schemas(&self, files: &[PathBuf], roles: &Roles) -> Result<Vec<SchemaRef>, ReadError>;
    /// Begins to cut a file.
    fn cut(&self, file: &Planned) -> Result<Box<dyn Cutter>, String>;
}

/// Cuts a file into chunks, in order. The same file is always cut in the same way.
pub(super) trait Cutter: Send {
    fn next(&mut self) -> Result<Option<Cut>, String>;

    /// Passes over a chunk that is done; `false`: it is not what it was.
    fn pass(&mut self, done: &Outline) -> Result<bool, String> {
        Ok(self.next()?.is_some_and(|cut| cut.outline == *done))
    }
}

/// What is known of a chunk before its rows are decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Outline {
    pub(super) rows: u64,
    /// The bytes of the file that it takes.
    pub(super) bytes: u64,
    /// The hash of these bytes, where they are read anyway.
    pub(super) hash: Option<u64>,
}

/// A chunk as a format gives it.
pub(super) struct Cut {
    pub(super) outline: Outline,
    pub(super) batches: Decode,
}

pub(super) type Batches = Box<dyn Iterator<Item = Result<RecordBatch, BadRows>>>;
/// Decodes the rows of a chunk, on whatever thread.
pub(super) type Decode = Box<dyn FnOnce() -> Result<Batches, String> + Send>;

/// Rows of a chunk that cannot be decoded.
#[derive(Debug)]
pub(super) struct BadRows {
    /// The first of them in the chunk, if that is known.
    pub(super) row: Option<u64>,
    pub(super) message: String,
}

/// A chunk of a file.
pub(super) struct Chunk {
    pub(super) place: Place,
    pub(super) first_row: u64,
    pub(super) outline: Outline,
    pub(super) batches: Decode,
}

/// Which chunk of which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) chunk: u32,
}

/// A file that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) schema: SchemaRef,
    pub(super) columns: Columns,
    pub(super) stamp: FileStamp,
}

/// Which columns of a file are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// The paths of those that the lines are made of: a place in the file, and of a struct one in it, and so on.
    pub(super) needed: Vec<Vec<usize>>,
    /// Whether the others are read as well, as the roles speak of them.
    pub(super) others: bool,
    /// The one whose times are of a place, and so have no offset from UTC.
    #[cfg(any(feature = "csv", feature = "json"))]
    pub(super) local: Option<String>,
}

impl Columns {
    /// The places in the file of those that are needed, ascending.
    pub(super) fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<usize> = self.needed.iter().filter_map(|path| path.first().copied()).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    /// The places of those that are read, if not all are.
    #[cfg(any(feature = "parquet", feature = "csv", feature = "ipc"))]
    pub(super) fn read(&self) -> Option<Vec<usize>> {
        (!self.others).then(|| self.roots())
    }
}

/// What tells at a glance that a file is another than it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStamp {
    pub(super) bytes: u64,
    /// When it was modified, in nanoseconds since 1970, if the file system knows.
    pub(super) modified: Option<i64>,
}

/// The chunks of all files, in order, without those that are done.
pub(super) struct Chunks {
    format: Arc<dyn Format>,
    files: Arc<[Planned]>,
    done: HashMap<Place, Outline>,
    /// The next chunk, and its first row.
    place: Place,
    row: u64,
    cutter: Option<Box<dyn Cutter>>,
}

impl Chunks {
    pub(super) fn new(format: Arc<dyn Format>, files: Arc<[Planned]>, done: HashMap<Place, Outline>) -> Self {
        Self { format, files, done, place: Place { file: 0, chunk: 0 }, row: 0, cutter: None }
    }

    /// The next step through the files.
    pub(super) fn next(&mut self) -> Result<Step, ReadError> {
        let step = self.step();
        if step.is_err() {
            self.end();
        }
        step
    }

    /// Nothing more is read, as reading failed in a way of its own.
    pub(super) fn failed(&mut self, message: String) -> ReadError {
        let file = self.files.get(self.place.file).map(|file| file.path.clone()).unwrap_or_default();
        let error = ReadError::at(&file, self.place.chunk, message);
        self.end();
        error
    }

    fn end(&mut self) {
        self.place.file = self.files.len();
        self.cutter = None;
    }

    fn step(&mut self) -> Result<Step, ReadError> {
        let Some(file) = self.files.get(self.place.file) else { return Ok(Step::End) };
        let error = |message| ReadError::at(&file.path, self.place.chunk, message);
        let cutter = match &mut self.cutter {
            Some(cutter) => cutter,
            none => {
                let cutter = self.format.cut(file);
                none.insert(cutter.map_err(error)?)
            }
        };
        if let Some(done) = self.done.get(&self.place) {
            if !cutter.pass(done).map_err(error)? {
                return Err(ReadError::changed(&file.path, self.place.chunk));
            }
            self.row += done.rows;
            self.place.chunk += 1;
            return Ok(Step::Passed);
        }
        let Some(Cut { outline, batches }) = cutter.next().map_err(error)? else {
            self.cutter = None;
            self.row = 0;
            self.place = Place { file: self.place.file + 1, chunk: 0 };
            return Ok(Step::Passed);
        };
        let (place, first_row) = (self.place, self.row);
        self.row += outline.rows;
        self.place.chunk += 1;
        Ok(Step::Chunk(Chunk { place, first_row, outline, batches }))
    }
}

/// A step through the files.
pub(super) enum Step {
    Chunk(Chunk),
    /// Nothing to read here.
    Passed,
    End,
}

impl FileStamp {
    pub(super) fn of(path: &Path) -> Result<Self, String> {
        let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
        let modified = metadata.modified().ok().and_then(nanoseconds);
        Ok(Self { bytes: metadata.len(), modified })
    }
}

fn nanoseconds(time: SystemTime) -> Option<i64> {
    let count = |span: Duration| i64::try_from(span.as_nanos());
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => count(after).ok(),
        Err(before) => count(before.duration()).ok().map(|count| -count),
    }
}

/// The schema of each file. One that is as that of the file before is in memory once: there may be many files.
#[cfg(any(feature = "parquet", feature = "ipc"))]
pub(super) fn each(
    files: &[PathBuf],
    schema_of: impl Fn(&Path) -> Result<SchemaRef, String>,
) -> Result<Vec<SchemaRef>, ReadError> {
    let mut schemas: Vec<SchemaRef> = Vec::with_capacity(files.len());
    for path in files {
        let schema = schema_of(path).map_err(|message| ReadError::of(path, message))?;
        let known = schemas.last().filter(|last| **last == schema);
        schemas.push(known.map_or(schema, Arc::clone));
    }
    Ok(schemas)
}

impl<E: ToString> From<E> for BadRows {
    fn from(error: E) -> Self {
        Self { row: None, message: error.to_string() }
    }
}

impl ReadError {
    pub(super) fn at(file: &Path, chunk: u32, message: String) -> Self {
        Self { chunk: Some(chunk), ..Self::of(file, message) }
    }

    /// Of a file as a whole.
    pub(super) fn of(file: &Path, message: impl ToString) -> Self {
        Self { file: file.to_owned(), chunk: None, row: None, changed: false, message: message.to_string() }
    }

    pub(super) fn changed(file: &Path, chunk: u32) -> Self {
        let message = "the file is not what it was when the load began: load it again from the start, without the \
                       manifest of the old one; rows with the same time overwrite themselves";
        Self { changed: true, ..Self::at(file, chunk, message.to_owned()) }
    }
}

//! Arrow IPC: record batches, of files and of streams.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::chunk::{Cut, Cutter, Format, Outline, Planned, each};
use super::error::ReadError;
use crate::roles::Roles;

/// What a file begins with; a stream does not.
const MAGIC: &[u8; 6] = b"ARROW1";

#[derive(Debug)]
pub(super) struct Ipc;

impl Format for Ipc {
    fn name(&self) -> &'static str {
        "Arrow IPC"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["arrow", "ipc", "feather", "arrows"]
    }

    fn schemas(&self, files: &[PathBuf], _: &Roles) -> Result<Vec<SchemaRef>, ReadError> {
        each(files, |path| match Reader::open(path, None)?.0 {
            Reader::File(reader) => Ok(reader.schema()),
            Reader::Stream(reader) => Ok(reader.schema()),
        })
    }

    fn cut(&self, file: &Planned) -> Result<Box<dyn Cutter>, String> {
        let (reader, read) = Reader::open(&file.path, file.columns.read())?;
        // what was read to get here belongs to no batch
        let before = read.load(Ordering::Relaxed);
        Ok(Box::new(InOrder { reader, read, before, next: 0 }))
    }
}

enum Reader {
    File(Box<FileReader<Counted>>),
    Stream(Box<StreamReader<BufReader<Counted>>>),
}

impl Reader {
    /// Also says how much it has read so far.
    fn open(path: &Path, columns: Option<Vec<usize>>) -> Result<(Self, Arc<AtomicU64>), String> {
        let open = || -> Result<_, ArrowError> {
            let mut file = File::open(path)?;
            let mut start = Vec::new();
            file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start)?;
            file.rewind()?;
            let read = Arc::new(AtomicU64::new(0));
            let counted = Counted { file, read: Arc::clone(&read) };
            let reader = if start == MAGIC {
                Self::File(Box::new(FileReader::try_new(counted, columns)?))
            } else {
                Self::Stream(Box::new(StreamReader::try_new(BufReader::new(counted), columns)?))
            };
            Ok((reader, read))
        };
        open().map_err(|error| error.to_string())
    }
}

/// The batches of a file, one after the other: what dictionaries mean may change in between.
struct InOrder {
    reader: Reader,
    read: Arc<AtomicU64>,
    before: u64,
    next: usize,
}

impl InOrder {
    fn batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let batch = match &mut self.reader {
            Reader::File(reader) if self.next >= reader.num_batches() => None,
            Reader::File(reader) => {
                reader.set_index(self.next)?;
                reader.next()
            }
            Reader::Stream(reader) => reader.next(),
        };
        self.next += 1;
        batch.transpose()
    }
}

impl Cutter for InOrder {
    fn next(&mut self) -> Result<Option<Cut>, String> {
        let Some(batch) = self.batch().map_err(|error| error.to_string())? else { return Ok(None) };
        let read = self.read.load(Ordering::Relaxed);
        let outline =
            Outline { rows: batch.num_rows() as u64, bytes: read.saturating_sub(self.before), hash: None };
        self.before = read;
        Ok(Some(Cut { outline, batches: Box::new(|| Ok(Box::new(std::iter::once(Ok(batch))))) }))
    }

    fn pass(&mut self, done: &Outline) -> Result<bool, String> {
        if let Reader::File(reader) = &self.reader {
            self.next += 1;
            return Ok(self.next <= reader.num_batches());
        }
        Ok(self.next()?.is_some_and(|cut| cut.outline.rows == done.rows))
    }
}

/// A file, and how many bytes were read from it.
#[derive(Debug)]
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

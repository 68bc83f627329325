//! The manifest of a load: which chunks are done, so that a load that was killed goes on where it ended.
//!
//! A file of JSON lines: a header that says which load it is, and one line for each chunk that is done. The file is
//! made under another name, synced, and renamed; lines are appended and synced; a line that is not whole was not synced
//! and counts for nothing. Opening an old one writes it anew, without such a line.

mod entry;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use self::entry::Entry;
pub(super) use self::entry::{FileEntry, Header};
use super::account::DoneChunk;

/// How the files beside a manifest are called.
const LOCK: &str = ".lock";
const NEW: &str = ".new";

/// A manifest that is open, and locked.
pub(super) struct Manifest {
    path: PathBuf,
    file: File,
    /// Held as long as it is open. A file of its own, as the manifest is renamed.
    _lock: File,
}

impl Manifest {
    /// Opens a manifest, or makes it. Also gives what it says is done.
    pub(super) fn open(path: &Path, header: &Header) -> Result<(Self, Vec<DoneChunk>), String> {
        let named = |what: &str, error: &dyn std::fmt::Display| {
            format!("the manifest {}: {what}: {error}", path.display())
        };
        let lock = beside(path, LOCK);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
        let lock = lock.map_err(|error| named("its lock cannot be made", &error))?;
        // by its full name: newer versions of Rust have a method of this name, too
        FileExt::try_lock(&lock).map_err(|error| match error {
            TryLockError::WouldBlock => {
                format!("the manifest {} is in use by another load: wait for its end", path.display())
            }
            TryLockError::Error(error) => named("it cannot be locked", &error),
        })?;
        // not as text: a line may be torn within a character
        let done = match fs::read(path) {
            Ok(bytes) if bytes.is_empty() => Vec::new(),
            Ok(bytes) => read(&bytes, header).map_err(|why| {
                format!("the manifest {}: {why}; to start over, remove it or name another", path.display())
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(named("it cannot be read", &error)),
        };
        let file = write_anew(path, header, &done).map_err(|error| named("it cannot be written", &error))?;
        Ok((Self { path: path.to_owned(), file, _lock: lock }, done))
    }

    /// Whether a file is the manifest of that path, or one that belongs to it.
    pub(super) fn has(path: &Path, file: &Path) -> bool {
        let folder = |of: &Path| {
            fs::canonicalize(of.parent().filter(|at| !at.as_os_str().is_empty()).unwrap_or(Path::new(".")))
        };
        let mut names = ["", LOCK, NEW].into_iter().map(|ending| beside(path, ending));
        names.any(|own| own.file_name() == file.file_name()) && folder(path).ok() == folder(file).ok()
    }

    /// Writes down that chunks are done, and waits until that is on the disk.
    pub(super) fn append(&mut self, chunks: &[DoneChunk]) -> Result<(), String> {
        let write = |file: &mut File| {
            let mut lines = Vec::new();
            for chunk in chunks {
                line(&mut lines, &Entry::of(chunk))?;
            }
            file.write_all(&lines)?;
            file.sync_data()
        };
        write(&mut self.file)
            .map_err(|error| format!("the manifest {} cannot be written: {error}", self.path.display()))
    }
}

/// What a manifest says is done, if it is of this load.
fn read(bytes: &[u8], header: &Header) -> Result<Vec<DoneChunk>, String> {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let whole = |line: &[u8]| line.ends_with(b"\n");
    let found: Option<Header> =
        lines.next().filter(|line| whole(line)).and_then(|line| serde_json::from_slice(line).ok());
    let Some(found) = found else {
        return Err("the file is there already, and is no manifest of a load".to_owned());
    };
    found.compare(header)?;
    // what stands behind a line that is not whole was not synced either
    let entries = lines.map_while(|line| serde_json::from_slice::<Entry>(line).ok().filter(|_| whole(line)));
    let mut done: Vec<DoneChunk> = Vec::new();
    let mut rows = 0_u64;
    for entry in entries {
        let sum = entry.checked().and_then(|of_chunk| rows.checked_add(of_chunk));
        let (Some(sum), true) = (sum, header.has(&entry)) else {
            return Err("it is corrupt: it has a chunk that cannot be of these files".to_owned());
        };
        rows = sum;
        done.push(entry.into_chunk());
    }
    done.sort_by_key(|chunk| chunk.place);
    done.dedup_by_key(|chunk| chunk.place);
    Ok(done)
}

fn write_anew(path: &Path, header: &Header, done: &[DoneChunk]) -> io::Result<File> {
    let new = beside(path, NEW);
    let mut lines = Vec::new();
    line(&mut lines, header)?;
    for chunk in done {
        line(&mut lines, &Entry::of(chunk))?;
    }
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&new)?;
    file.write_all(&lines)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&new, path)?;
    sync_folder(path)?;
    OpenOptions::new().append(true).open(path)
}

fn line(to: &mut Vec<u8>, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    to.push(b'\n');
    Ok(())
}

/// A file beside it, with a longer name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A rename is on the disk once its folder is. Other systems than those like Unix cannot open a folder, and need not.
fn sync_folder(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

//! The lines of a manifest.

use std::fmt::Debug;
use std::fs::File;
use std::hash::Hasher;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use influx_core::{Client, Destination};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash64;

use super::super::account::DoneChunk;
use super::super::chunk::{FileStamp, Outline, Place};
use super::super::report::{FailedBy, FailedRow};

/// The version of the manifest, and of how files are cut into chunks.
const FORMAT: u32 = 1;
/// So much of a file's start and of its end is hashed. All of it would be read twice; what changes in a Parquet file
/// changes its footer, and chunks of text are hashed as they are read.
const ENDS: u64 = 64 * 1024;

/// Which load it is. Without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Header {
    influx_load: u32,
    /// The server, the destination and the organisation, as they are printed.
    to: String,
    /// Hashes of how rows become lines, and of how files become rows.
    roles: String,
    lines: String,
    reading: String,
    pub(in super::super) files: Vec<FileEntry>,
}

/// Which file it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct FileEntry {
    path: String,
    bytes: u64,
    modified: Option<i64>,
    /// Of its start and its end.
    ends: String,
}

/// A chunk that is done.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    file: usize,
    chunk: u32,
    rows: u64,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<u64>,
    stored: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    empty: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    skipped_non_finite: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Failed>,
}

/// A row that is not stored.
#[derive(Debug, Serialize, Deserialize)]
struct Failed {
    row: u64,
    reason: String,
    /// Whether the server says so, and not the encoder.
    #[serde(default, skip_serializing_if = "is_false")]
    rejected: bool,
}

impl Header {
    pub(in super::super) fn new(
        client: &Client,
        to: &Destination,
        roles: &dyn Debug,
        reading: &dyn Debug,
        files: Vec<FileEntry>,
    ) -> Self {
        let organisation = client.org().unwrap_or_default();
        Self {
            influx_load: FORMAT,
            to: format!("{} {organisation:?} {to:?}", client.url()),
            roles: hashed(roles),
            lines: hashed(client.line_buffer(to).options()),
            reading: hashed(reading),
            files,
        }
    }

    /// What differs from another load, and what to do about it.
    pub(super) fn compare(&self, now: &Self) -> Result<(), String> {
        if self.influx_load != now.influx_load {
            return Err("it is of another version of this crate".to_owned());
        }
        if self.to != now.to {
            return Err(format!("it is of a load into another destination, {}, not {}", self.to, now.to));
        }
        let differing = [
            (self.roles != now.roles, "other roles"),
            (self.lines != now.lines, "other options of the client's lines"),
            (self.reading != now.reading, "another format of the files, or other options of it"),
        ];
        if let Some((_, what)) = differing.into_iter().find(|(differs, _)| *differs) {
            return Err(format!("it is of a load with {what}"));
        }
        if self.files == now.files {
            return Ok(());
        }
        for file in &now.files {
            match self.files.iter().find(|before| before.path == file.path) {
                None => return Err(format!("the file {} is new", file.path)),
                Some(before) if before != file => {
                    return Err(format!("the file {} has changed", file.path));
                }
                Some(_) => {}
            }
        }
        match self.files.iter().find(|before| now.files.iter().all(|file| file.path != before.path)) {
            Some(gone) => Err(format!("the file {} is gone", gone.path)),
            // entries name files by their places
            None => Err("it has the files in another order".to_owned()),
        }
    }

    /// Whether a chunk may be of one of the files.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.files.get(entry.file).is_some_and(|file| entry.bytes <= file.bytes)
    }
}

impl FileEntry {
    /// A file, by its path from the folder on.
    pub(in super::super) fn new(path: &Path, root: &Path, stamp: FileStamp) -> io::Result<Self> {
        let shown = match path.strip_prefix(root) {
            Ok(inside) if inside.components().next().is_some() => inside.display().to_string(),
            _ => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let mut file = File::open(path)?;
        let mut ends = Vec::new();
        file.by_ref().take(ENDS).read_to_end(&mut ends)?;
        file.seek(SeekFrom::Start(stamp.bytes.saturating_sub(ENDS)))?;
        file.take(ENDS).read_to_end(&mut ends)?;
        Ok(Self { path: shown, bytes: stamp.bytes, modified: stamp.modified, ends: hex(&ends) })
    }
}

impl Entry {
    pub(super) fn of(chunk: &DoneChunk) -> Self {
        let (Place { file, chunk: at }, Outline { rows, bytes, hash }) = (chunk.place, chunk.outline.clone());
        let failed = |row: &FailedRow| Failed {
            row: row.row,
            reason: row.reason.to_string(),
            rejected: row.by == FailedBy::Server,
        };
        Self {
            file,
            chunk: at,
            rows,
            bytes,
            hash,
            stored: chunk.stored,
            empty: chunk.empty,
            skipped_non_finite: chunk.skipped_non_finite,
            failed: chunk.failed.iter().map(failed).collect(),
        }
    }

    /// Its rows, if each has a verdict.
    pub(super) fn checked(&self) -> Option<u64> {
        let verdicts = self.stored.checked_add(self.empty)?.checked_add(self.failed.len() as u64)?;
        (verdicts == self.rows).then_some(self.rows)
    }

    pub(super) fn into_chunk(self) -> DoneChunk {
        let Self { file, chunk, rows, bytes, hash, stored, empty, skipped_non_finite, failed } = self;
        let failed = failed.into_iter().map(|Failed { row, reason, rejected }| FailedRow {
            file,
            row,
            reason: reason.into(),
            by: if rejected { FailedBy::Server } else { FailedBy::Encoder },
        });
        let (place, outline) = (Place { file, chunk }, Outline { rows, bytes, hash });
        DoneChunk { place, outline, stored, empty, skipped_non_finite, failed: failed.collect() }
    }
}

fn is_false(is: &bool) -> bool {
    !*is
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The hash of all that a value prints: whatever is set in it changes that.
fn hashed(value: &dyn Debug) -> String {
    hex(format!("{value:?}").as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    let mut hash = XxHash64::default();
    hash.write(bytes);
    format!("{:016x}", hash.finish())
}

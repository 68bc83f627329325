//! Which files are loaded, and in which format they are.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chunk::Format;
use super::folder;
use super::manifest::Manifest;

#[cfg(feature = "csv")]
pub use super::csv::CsvFiles;
#[cfg(feature = "json")]
pub use super::json::JsonFiles;

/// A file, or a folder of files of one format, that [`ClientLoadExt::load`](super::ClientLoadExt::load) reads.
///
/// A folder is read with the folders in it, in the order of the names. Names that begin with `.` or `_` are passed over,
/// as other tools leave their marks there. Any other file must be of the format, but for the load's own
/// manifest: nothing is left out in silence.
///
/// | format | endings | a chunk is | feature |
/// | --- | --- | --- | --- |
/// | Parquet | `parquet`, `pq` | a row group | `parquet` |
/// | CSV | `csv`, `tsv` (with tabs) | about 4 MiB of whole rows | `csv` |
/// | NDJSON | `ndjson`, `jsonl` | about 4 MiB of whole lines | `json` |
/// | Arrow IPC, files and streams | `arrow`, `ipc`, `feather`, `arrows` | a record batch | `ipc` |
#[derive(Debug, Clone)]
#[must_use]
pub struct Files {
    pub(super) path: PathBuf,
    /// `None`: by the endings.
    pub(super) format: Option<Arc<dyn Format>>,
}

impl Files {
    /// A file or a folder, whose format is that of the files' endings.
    ///
    /// Looked at when the load starts: a folder without files, with files of several formats or of unknown ones is an
    /// error then.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), format: None }
    }

    /// A Parquet file, or a folder of them.
    #[cfg(feature = "parquet")]
    pub fn parquet(path: impl Into<PathBuf>) -> Self {
        Self::of(path.into(), super::parquet::Parquet)
    }

    /// A CSV file, or a folder of them, with more to say about how it is read.
    #[cfg(feature = "csv")]
    pub fn csv(path: impl Into<PathBuf>) -> CsvFiles {
        CsvFiles::new(path.into())
    }

    /// A file of JSON objects, one a line, or a folder of them, with more to say about how it is read.
    #[cfg(feature = "json")]
    pub fn ndjson(path: impl Into<PathBuf>) -> JsonFiles {
        JsonFiles::new(path.into())
    }

    /// An Arrow IPC file or stream, or a folder of them; which of the two a file is, it says itself. A record batch is
    /// in memory as a whole.
    #[cfg(feature = "ipc")]
    pub fn ipc(path: impl Into<PathBuf>) -> Self {
        Self::of(path.into(), super::ipc::Ipc)
    }

    pub(super) fn of(path: PathBuf, format: impl Format + 'static) -> Self {
        Self { path, format: Some(Arc::new(format)) }
    }

    /// The files, sorted, and their format. What belongs to the manifest is none of them.
    pub(super) fn find(self, manifest: Option<&Path>) -> Result<(Vec<PathBuf>, Arc<dyn Format>), String> {
        let (mut paths, is_folder) = folder::files(&self.path)?;
        if let Some(manifest) = manifest.filter(|_| is_folder) {
            paths.retain(|path| !Manifest::has(manifest, path));
        }
        let Some(first) = paths.first() else {
            return Err(format!("{}: there is no file in it", self.path.display()));
        };
        let format = match self.format {
            Some(format) => format,
            None => by_ending(first)?,
        };
        // a single file is called as its owner likes
        let odd = paths.iter().find(|path| is_folder && !has_ending(path, format.endings()));
        match odd {
            None => Ok((paths, format)),
            Some(odd) => Err(format!(
                "{}: a file of another format than {} in the folder: move it away, or load it by itself",
                odd.display(),
                format.name(),
            )),
        }
    }
}

impl From<&Path> for Files {
    fn from(path: &Path) -> Self {
        Self::open(path)
    }
}

impl From<PathBuf> for Files {
    fn from(path: PathBuf) -> Self {
        Self::open(path)
    }
}

impl From<&PathBuf> for Files {
    fn from(path: &PathBuf) -> Self {
        Self::open(path)
    }
}

impl From<&str> for Files {
    fn from(path: &str) -> Self {
        Self::open(path)
    }
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn by_ending(path: &Path) -> Result<Arc<dyn Format>, String> {
    let known: Vec<Arc<dyn Format>> = vec![
        #[cfg(feature = "parquet")]
        Arc::new(super::parquet::Parquet),
        #[cfg(feature = "csv")]
        Arc::new(super::csv::CsvOptions::tabs()),
        #[cfg(feature = "csv")]
        Arc::new(super::csv::CsvOptions::commas()),
        #[cfg(feature = "json")]
        Arc::new(super::json::JsonOptions::default()),
        #[cfg(feature = "ipc")]
        Arc::new(super::ipc::Ipc),
    ];
    let found = known.iter().find(|format| has_ending(path, format.endings()));
    found.cloned().ok_or_else(|| {
        let endings: Vec<&str> = known.iter().flat_map(|format| format.endings()).copied().collect();
        format!(
            "{}: the ending of its name is none of {}: name the format, as by Files::csv, or turn on the reader's feature",
            path.display(),
            endings.join(", "),
        )
    })
}

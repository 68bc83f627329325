//! Parquet: row groups, of which only the columns are read that are needed.

use std::fs::File;
use std::path::{Path, PathBuf};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use arrow_schema::SchemaRef;

use super::chunk::{BATCH_ROWS, Batches, Columns, Cut, Cutter, Format, Outline, Planned, each};
use super::error::ReadError;
use super::int96;
use crate::roles::Roles;

#[derive(Debug)]
pub(super) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "Parquet"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn schemas(&self, files: &[PathBuf], _: &Roles) -> Result<Vec<SchemaRef>, ReadError> {
        each(files, |path| Ok(metadata(path)?.schema().clone()))
    }

    fn cut(&self, file: &Planned) -> Result<Box<dyn Cutter>, String> {
        let metadata = metadata(&file.path)?;
        let bytes = std::fs::metadata(&file.path).map_err(|error| error.to_string())?.len();
        let (path, columns) = (file.path.clone(), file.columns.clone());
        Ok(Box::new(Groups { path, metadata, columns, next: 0, bytes }))
    }
}

fn metadata(path: &Path) -> Result<ArrowReaderMetadata, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|error| error.to_string())
}

/// The row groups of a file.
struct Groups {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    columns: Columns,
    next: usize,
    /// What the groups before left of the file.
    bytes: u64,
}

impl Groups {
    fn outline(&mut self) -> Option<Outline> {
        let groups = self.metadata.metadata().row_groups();
        let group = groups.get(self.next)?;
        let size = u64::try_from(group.compressed_size()).unwrap_or_default().min(self.bytes);
        // the last has what is left: indices and the footer
        let bytes = if self.next + 1 == groups.len() { self.bytes } else { size };
        let rows = u64::try_from(group.num_rows()).unwrap_or_default();
        self.bytes -= bytes;
        self.next += 1;
        Some(Outline { rows, bytes, hash: None })
    }
}

impl Cutter for Groups {
    fn next(&mut self) -> Result<Option<Cut>, String> {
        let group = self.next;
        let Some(outline) = self.outline() else { return Ok(None) };
        let (path, metadata, columns) = (self.path.clone(), self.metadata.clone(), self.columns.clone());
        let batches = Box::new(move || batches(&path, metadata, &columns, group));
        Ok(Some(Cut { outline, batches }))
    }
}

fn batches(
    path: &Path,
    metadata: ArrowReaderMetadata,
    columns: &Columns,
    group: usize,
) -> Result<Batches, String> {
    let mask = match columns.read() {
        Some(columns) => ProjectionMask::roots(metadata.parquet_schema(), columns),
        None => ProjectionMask::all(),
    };
    let batches = reader(path, metadata.clone(), mask, group)?;
    int96::checked(Box::new(batches.map(|batch| Ok(batch?))), path, &metadata, columns, group)
}

/// A file of its own for each: clones of one share the place at which they read.
pub(super) fn reader(
    path: &Path,
    metadata: ArrowReaderMetadata,
    columns: ProjectionMask,
    group: usize,
) -> Result<ParquetRecordBatchReader, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_row_groups(vec![group])
        .with_projection(columns)
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| error.to_string())
}

//! NDJSON: options, schema and decoder.

use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_json::ReaderBuilder;
use arrow_json::reader;
use arrow_schema::{ArrowError, SchemaRef};

use super::chunk::{Cutter, Format, Planned};
use super::error::ReadError;
use super::exact::{Exact, fitting, read_as};
use super::files::Files;
use super::heads::{guess, plain};
use super::records::Records;
use super::text::{Decoder, Decoders, Pieces, Text};
use crate::roles::Roles;

/// A file of JSON objects, one a line, or a folder of them; from [`Files::ndjson`].
///
/// The columns and their types are guessed from the first 1,000 rows of each file, and are the same for all files; a
/// member that an object lacks is null. A member that none of these rows has, or a value of another type, ends the load
/// with an error that names the row, so give the [`schema`](Self::schema) where it is known; but numbers and booleans
/// are taken for text where that is. Guessed columns are of numbers, text, booleans, and of structs of these; those of
/// tags and of the measurement are text. Integers beyond 64 bits with a sign are guessed as floats.
///
/// Whole numbers and moments are never cut off to fit: the fraction of a number among integers ends the load as well.
/// Floats and decimals are the nearest to what is written.
///
/// Times are text, unless a schema says that they are timestamps: then they are texts by ISO 8601, or numbers, which count
/// the units of their column; so does a text that is a number, but one of eight digits in a column of dates is a date.
/// With a [`time_zone`](crate::Roles::time_zone) of the roles, a text of the time may have no offset from UTC: it would
/// contradict that.
#[derive(Debug, Clone)]
#[must_use]
pub struct JsonFiles {
    path: PathBuf,
    options: JsonOptions,
}

#[derive(Debug, Clone)]
pub(super) struct JsonOptions {
    schema: Option<SchemaRef>,
    infer_rows: u64,
}

impl Default for JsonOptions {
    fn default() -> Self {
        Self { schema: None, infer_rows: 1_000 }
    }
}

impl JsonFiles {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, options: JsonOptions::default() }
    }

    /// The names and types of the members. Default: guessed.
    pub fn schema(mut self, schema: impl Into<SchemaRef>) -> Self {
        self.options.schema = Some(plain(&schema.into()));
        self
    }

    /// From how many rows of each file columns and types are guessed. Default: 1,000.
    pub fn infer_rows(mut self, rows: u64) -> Self {
        self.options.infer_rows = rows;
        self
    }
}

impl From<JsonFiles> for Files {
    fn from(files: JsonFiles) -> Self {
        Files::of(files.path, files.options)
    }
}

impl Format for JsonOptions {
    fn name(&self) -> &'static str {
        "NDJSON"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ndjson", "jsonl"]
    }

    fn schemas(&self, files: &[PathBuf], roles: &Roles) -> Result<Vec<SchemaRef>, ReadError> {
        if let Some(schema) = &self.schema {
            return Ok(vec![Arc::clone(schema); files.len()]);
        }
        let heads = files.iter().map(|path| {
            let head = Text::open(path, Records::lines()).and_then(|mut text| text.take(self.infer_rows));
            head.map_err(|message| ReadError::of(path, message))
        });
        let schema =
            guess(
                files,
                heads,
                roles,
                |heads| Ok(reader::infer_json_schema(BufReader::new(heads), None)?.0),
            )?;
        Ok(vec![schema; files.len()])
    }

    /// All members are read: one that is in no schema could not be told from one that is not needed.
    fn cut(&self, file: &Planned) -> Result<Box<dyn Cutter>, String> {
        let text = Text::open(&file.path, Records::lines())?;
        let (schema, local) = (fitting(file), file.columns.local.clone());
        let decoders: Decoders = Arc::new(move |rows| {
            let builder = ReaderBuilder::new(read_as(&schema, true)).with_batch_size(rows);
            let texts = builder.with_strict_mode(true).with_coerce_primitive(true).build_decoder()?;
            Ok(Box::new(Exact { texts, schema: Arc::clone(&schema), numbers: true, local: local.clone() }))
        });
        Ok(Box::new(Pieces::new(text, 0, decoders)))
    }
}

impl Decoder for reader::Decoder {
    fn decode(&mut self, text: &[u8]) -> Result<usize, ArrowError> {
        self.decode(text)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        self.flush()
    }
}

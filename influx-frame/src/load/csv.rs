//! CSV: options, schema and decoder.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_csv::ReaderBuilder;
use arrow_csv::reader;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use regex::Regex;

use super::chunk::{Cutter, Format, Planned};
use super::error::ReadError;
use super::exact::{Exact, fitting, read_as};
use super::files::Files;
use super::heads::{guess, plain};
use super::records::Records;
use super::text::{Decoder, Decoders, Pieces, Text};
use crate::roles::Roles;

/// A CSV file, or a folder of them; from [`Files::csv`].
///
/// Each file has a header, fields are separated by commas, and may stand in double quotes. An empty field is null. The
/// types are guessed from the first 1,000 rows of each file, and are the same for all files. Columns of tags and of the
/// measurement are text as it stands; times are of nanoseconds.
///
/// Whole numbers, moments and times of day are never cut off to fit: a fraction that a later row has in a column that
/// seemed to be of integers, or a time of day in one of dates, ends the load with an error that names the row. So give the
/// [`schema`](Self::schema) where it is known; also where guessed times are before 1677 or after 2262, for which
/// nanoseconds have no room. Floats and decimals are the nearest to what is written.
///
/// Moments are texts by ISO 8601, such as `2024-05-01`, `2024-05-01 12:00:00.5` and `2024-05-01T12:00:00+02:00`; of a column
/// whose type has a time zone they need the offset. With a [`time_zone`](crate::Roles::time_zone) of the roles, the time may
/// have none: it would contradict that.
#[derive(Debug, Clone)]
#[must_use]
pub struct CsvFiles {
    path: PathBuf,
    options: CsvOptions,
}

#[derive(Debug, Clone)]
pub(super) struct CsvOptions {
    endings: &'static [&'static str],
    delimiter: u8,
    quote: u8,
    header: bool,
    schema: Option<SchemaRef>,
    infer_rows: u64,
    nulls: Vec<String>,
}

impl CsvFiles {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, options: CsvOptions::commas() }
    }

    /// What stands between the fields. Default: `,`.
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.options.delimiter = delimiter;
        self
    }

    /// What stands around fields that hold a delimiter or a line break; twice in them, it is one of them. Default: `"`.
    pub fn quote(mut self, quote: u8) -> Self {
        self.options.quote = quote;
        self
    }

    /// Whether the first record of each file is the names of its columns; without, they are `column_1`, `column_2` and
    /// so on, or those of the schema. Default: yes.
    pub fn header(mut self, header: bool) -> Self {
        self.options.header = header;
        self
    }

    /// The names and types of the columns, in their order. A header must have the same names. Default: guessed.
    pub fn schema(mut self, schema: impl Into<SchemaRef>) -> Self {
        self.options.schema = Some(plain(&schema.into()));
        self
    }

    /// From how many rows of each file the types are guessed. Default: 1,000.
    pub fn infer_rows(mut self, rows: u64) -> Self {
        self.options.infer_rows = rows;
        self
    }

    /// A text that is null, beside none at all; call it again for more. Default: none.
    pub fn null(mut self, text: impl Into<String>) -> Self {
        self.options.nulls.push(text.into());
        self
    }
}

impl From<CsvFiles> for Files {
    fn from(files: CsvFiles) -> Self {
        Files::of(files.path, files.options)
    }
}

impl CsvOptions {
    pub(super) fn commas() -> Self {
        Self {
            endings: &["csv", "tsv"],
            delimiter: b',',
            quote: b'"',
            header: true,
            schema: None,
            infer_rows: 1_000,
            nulls: Vec::new(),
        }
    }

    pub(super) fn tabs() -> Self {
        Self { endings: &["tsv"], delimiter: b'\t', ..Self::commas() }
    }

    fn records(&self) -> Records {
        Records::csv(self.delimiter, self.quote)
    }

    fn nulls(&self) -> Result<Option<Regex>, ArrowError> {
        if self.nulls.is_empty() {
            return Ok(None);
        }
        let texts: Vec<String> = self.nulls.iter().map(|text| regex::escape(text)).collect();
        let nulls = Regex::new(&format!("^(?:|{})$", texts.join("|")));
        nulls.map(Some).map_err(|error| ArrowError::CsvError(format!("the texts for null: {error}")))
    }

    fn format(&self, header: bool) -> Result<reader::Format, ArrowError> {
        let format = reader::Format::default()
            .with_header(header)
            .with_delimiter(self.delimiter)
            .with_quote(self.quote);
        Ok(match self.nulls()? {
            Some(nulls) => format.with_null_regex(nulls),
            None => format,
        })
    }

    /// The names in a header, in one text.
    fn names(&self, header: &[u8]) -> Result<Vec<String>, String> {
        let format = self.format(true).map_err(|error| error.to_string())?;
        let (schema, _) =
            format.infer_schema(Cursor::new(header), None).map_err(|error| error.to_string())?;
        Ok(schema.fields().iter().map(|field| field.name().clone()).collect())
    }

    fn schema_of(&self, files: &[PathBuf], roles: &Roles) -> Result<SchemaRef, ReadError> {
        let names = |schema: &SchemaRef| schema.fields().iter().map(|field| field.name().clone()).collect();
        let mut first = self.schema.as_ref().map(names);
        let mut rows = false;
        let mut heads = files.iter().map(|path| self.head(path, &mut first, &mut rows));
        if let Some(schema) = &self.schema {
            heads.try_for_each(|head| head.map(drop))?;
            return Ok(Arc::clone(schema));
        }
        let schema =
            guess(files, heads, roles, |heads| Ok(self.format(self.header)?.infer_schema(heads, None)?.0))?;
        let unknown = !rows && self.infer_rows > 0;
        Ok(if unknown { Arc::new(Schema::empty()) } else { schema })
    }

    /// The rows from which the types are guessed, and before those of the first file its header: that of each other file
    /// must have the same names. Also says whether there are rows.
    fn head(
        &self,
        path: &Path,
        first: &mut Option<Vec<String>>,
        rows: &mut bool,
    ) -> Result<Vec<u8>, ReadError> {
        let named = |message: String| ReadError::of(path, message);
        let mut text = Text::open(path, self.records()).map_err(named)?;
        let mut head = Vec::new();
        if self.header {
            let header = text.take(1).map_err(named)?;
            let names = self.names(&header).map_err(named)?;
            match first {
                Some(first) if *first != names => {
                    return Err(named(format!(
                        "its columns are {}, and not {}: load files of different columns one by one",
                        names.join(", "),
                        first.join(", "),
                    )));
                }
                Some(_) => {}
                None => {
                    head = header;
                    *first = Some(names);
                }
            }
        }
        if self.schema.is_none() {
            let records = text.take(self.infer_rows).map_err(named)?;
            *rows |= !records.is_empty();
            head.extend(records);
        }
        Ok(head)
    }
}

impl Format for CsvOptions {
    fn name(&self) -> &'static str {
        "CSV"
    }

    fn endings(&self) -> &'static [&'static str] {
        self.endings
    }

    fn schemas(&self, files: &[PathBuf], roles: &Roles) -> Result<Vec<SchemaRef>, ReadError> {
        Ok(vec![self.schema_of(files, roles)?; files.len()])
    }

    fn cut(&self, file: &Planned) -> Result<Box<dyn Cutter>, String> {
        let mut text = Text::open(&file.path, self.records())?;
        let header = if self.header { text.take(1)?.len() as u64 } else { 0 };
        let (delimiter, quote) = (self.delimiter, self.quote);
        let nulls = self.nulls().map_err(|error| error.to_string())?;
        let (schema, columns) = (fitting(file), file.columns.read());
        let local = file.columns.local.clone();
        let read = read_as(&schema, false);
        let schema = match &columns {
            Some(columns) => Arc::new(schema.project(columns).map_err(|error| error.to_string())?),
            None => schema,
        };
        let decoders: Decoders = Arc::new(move |rows| {
            let mut builder = ReaderBuilder::new(Arc::clone(&read))
                .with_delimiter(delimiter)
                .with_quote(quote)
                .with_batch_size(rows);
            if let Some(nulls) = &nulls {
                builder = builder.with_null_regex(nulls.clone());
            }
            if let Some(columns) = &columns {
                builder = builder.with_projection(columns.clone());
            }
            let (texts, schema) = (builder.build_decoder(), Arc::clone(&schema));
            Ok(Box::new(Exact { texts, schema, numbers: false, local: local.clone() }))
        });
        Ok(Box::new(Pieces::new(text, header, decoders)))
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

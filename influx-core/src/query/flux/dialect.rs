//! How the text of an answer is laid out.

use serde::Serialize;

use crate::error::{Error, Result};

/// How the CSV of [`raw`](crate::query::Query::raw) and [`csv`](crate::query::Query::csv) is laid out. The rows with types
/// are always asked for with all annotations.
///
/// Default: a header, the annotations `datatype`, `group` and `default`, commas, `#` before annotations, times as
/// RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct CsvDialect {
    header: bool,
    annotations: Vec<Annotation>,
    delimiter: char,
    comment_prefix: String,
    date_time_format: DateTimeFormat,
}

/// A row above the header that says more of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Annotation {
    /// Their types.
    Datatype,
    /// Whether they are part of the group key.
    Group,
    /// What empty values stand for.
    Default,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum DateTimeFormat {
    /// As RFC 3339; servers write the digits below a second here, too.
    #[serde(rename = "RFC3339")]
    Rfc3339,
    /// As RFC 3339, to the nanosecond.
    #[serde(rename = "RFC3339Nano")]
    Rfc3339Nano,
}

impl Default for CsvDialect {
    fn default() -> Self {
        Self {
            header: true,
            annotations: vec![Annotation::Datatype, Annotation::Group, Annotation::Default],
            delimiter: ',',
            comment_prefix: "#".to_owned(),
            date_time_format: DateTimeFormat::Rfc3339,
        }
    }
}

impl CsvDialect {
    /// The default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is a row of the columns' names. Default: yes.
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// The annotations. Default: all three.
    pub fn annotations(mut self, annotations: impl IntoIterator<Item = Annotation>) -> Self {
        self.annotations = annotations.into_iter().collect();
        self
    }

    /// What stands between two values: an ASCII character, but no quote and no line end. Default: a comma.
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// What annotations begin with; at most one character. Default: `#`.
    pub fn comment_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.comment_prefix = prefix.into();
        self
    }

    /// How times are written. Default: [`DateTimeFormat::Rfc3339`].
    pub fn date_time_format(mut self, format: DateTimeFormat) -> Self {
        self.date_time_format = format;
        self
    }

    /// The delimiter as it stands in the answer.
    ///
    /// # Errors
    ///
    /// The delimiter or the prefix is none that the server takes.
    pub(super) fn checked(&self) -> Result<u8> {
        if self.comment_prefix.chars().count() > 1 {
            return Err(Error::config(format!(
                "the comment prefix {:?} is longer than one character",
                self.comment_prefix
            )));
        }
        match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) => Ok(byte),
            _ => Err(Error::config(format!(
                "the delimiter {:?} cannot be used: take an ASCII character that is no quote and no line end",
                self.delimiter
            ))),
        }
    }
}

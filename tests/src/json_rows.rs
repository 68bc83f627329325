//! Rows of JSON without end, in series and in lines, written by another writer than the one that reads them.

use std::num::NonZeroU32;

use influx_core::query::{Language, Query, Value};
use influx_core::{Dialect, Precision};
use serde_json::{Map, Value as Json, json};

use crate::canned::Canned;
use crate::csv::{blocking, cut, shown};
use crate::generate::Source;

/// How rows stand in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// InfluxQL's series.
    Series,
    /// An object for each row.
    Lines,
}

/// Both forms.
pub const FORMS: [Form; 2] = [Form::Series, Form::Lines];

/// What comes of an answer in pieces of these lengths: the rows, then how it ended.
pub fn read(form: Form, bytes: &[u8], pieces: &[usize]) -> (Vec<String>, Option<influx_core::Error>) {
    let mut rows = Vec::new();
    let ended = blocking(async {
        let (client, _) = Canned::new(cut(bytes, pieces)).content_type("application/json").client()?;
        let mut cursor = match form {
            Form::Series => client.influxql("q").dialect(Dialect::V1).cursor().await?,
            Form::Lines => client.sql("q").database("d").cursor().await?,
        };
        while let Some(row) = cursor.next().await? {
            rows.push(shown(row));
        }
        influx_core::Result::Ok(())
    });
    (rows, ended.err())
}

/// Reads any bytes whole, byte by byte, and in pieces, in both forms: the rows and the end are the same.
///
/// # Errors
///
/// They are not.
pub fn check_bytes(bytes: &[u8], pieces: &[usize]) -> Result<(), String> {
    for form in FORMS {
        let said = |(rows, error): (Vec<String>, Option<influx_core::Error>)| {
            (rows, error.map(|error| format!("{error:?}")))
        };
        let whole = said(read(form, bytes, &[]));
        for pieces in [&[1][..], pieces] {
            let other = said(read(form, bytes, pieces));
            if other != whole {
                return Err(format!(
                    "{form:?} in pieces of {pieces:?} {other:?}\nand whole {whole:?}\nof {bytes:?}"
                ));
            }
        }
    }
    Ok(())
}

/// A row: its values by name, of which those of one name follow each other.
type Values = Vec<(String, Value)>;

/// Rows with the same names.
#[derive(Debug)]
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// What names and texts are made of.
const WORDS: [&str; 12] = ["a", "b", "1", " ", "\"", "\\", "\n", "\u{1}", "größe", "😀", "\u{7f}", "{[]}:,"];

impl Table {
    /// Makes one of what the source gives.
    pub fn generate(source: &mut impl Source) -> Self {
        // the first letter keeps names apart
        let names: Vec<_> = (0..=source.below(6)).map(|i| format!("{i}{}", words(source))).collect();
        let rows = (0..source.below(8)).map(|_| names.iter().map(|_| value(source)).collect()).collect();
        Self { names, rows }
    }

    /// Writes the rows in a form, reads them in pieces of these lengths, over and over, and compares them.
    ///
    /// # Errors
    ///
    /// A row is not what was written, or is missing.
    pub fn check(&self, form: Form, source: &mut impl Source, pieces: &[usize]) -> Result<(), String> {
        let text = match form {
            Form::Series => self.series(source),
            Form::Lines => self.lines(source),
        };
        let read = blocking(async {
            let (client, _) = Canned::new(cut(text.as_bytes(), pieces)).client()?;
            match form {
                Form::Series => {
                    let query = client.influxql("q").dialect(Dialect::V1).epoch(Precision::Nanoseconds);
                    records(query.chunked(NonZeroU32::MIN)).await
                }
                Form::Lines => records(client.sql("q").database("d")).await,
            }
        });
        let read = read.map_err(|error| format!("{error:?} in {text:?}"))?;
        let expected: Vec<Values> = self
            .rows
            .iter()
            .map(|row| self.names.iter().cloned().zip(row.iter().cloned()).collect())
            .map(|row: Values| row.into_iter().filter(|(_, value)| !value.is_null()).collect())
            .collect();
        if read == expected {
            return Ok(());
        }
        Err(format!("read {read:?}\nand not {expected:?}\nfrom {text:?}"))
    }

    /// In one document or in several.
    fn series(&self, source: &mut impl Source) -> String {
        let mut documents = Vec::new();
        let mut rest = &self.rows[..];
        loop {
            let (rows, more) = rest.split_at(source.below(rest.len() + 1));
            let (rows, more) = if source.once_in(2) { (rest, &rest[..0]) } else { (rows, more) };
            rest = more;
            let values: Json = rows.iter().map(|row| row.iter().map(json).collect::<Json>()).collect();
            let (columns, values) = (printed(source, &json!(self.names)), printed(source, &values));
            let partial = if rest.is_empty() { "" } else { r#","partial":true"# };
            documents.push(format!(
                r#"{{"results":[{{"statement_id":0,"series":[{{"name":"m","columns":{columns},"values":{values}{partial}}}]{partial}}}]}}"#
            ));
            if rest.is_empty() {
                return documents.join("\n");
            }
        }
    }

    /// What is null is left out, or not.
    fn lines(&self, source: &mut impl Source) -> String {
        let mut lines = String::new();
        for row in &self.rows {
            let mut object = Map::new();
            for (name, value) in self.names.iter().zip(row) {
                if !value.is_null() || source.once_in(2) {
                    object.insert(name.clone(), json(value));
                }
            }
            lines += &printed(source, &object.into());
            lines += source.pick(&["\n", "\r\n", ""]);
        }
        lines
    }
}

/// The rows of a query, without nulls and without what every row of InfluxQL has.
async fn records<L: Language>(query: Query<L>) -> influx_core::Result<Vec<Values>> {
    let mut rows = Vec::new();
    let mut records = query.records().await?;
    while let Some(record) = records.next().await? {
        let columns = record.columns().iter().filter(|column| !column.group);
        let names = columns.map(|column| column.name.clone());
        let values = record.columns().iter().zip(record.values()).filter(|(column, _)| !column.group);
        let values = values.map(|(_, value)| value.clone());
        rows.push(names.zip(values).filter(|(_, value)| !value.is_null()).collect());
    }
    Ok(rows)
}

fn words(source: &mut impl Source) -> String {
    (0..source.below(4)).map(|_| source.pick(&WORDS)).collect()
}

fn value(source: &mut impl Source) -> Value {
    match source.below(8) {
        0 => Value::Null,
        1 => Value::Boolean(source.once_in(2)),
        2 => Value::Long(source.word().cast_signed()),
        3 => Value::Long(source.below(100) as i64 - 50),
        // what fits in a signed integer is one
        4 => Value::UnsignedLong(source.word() | 1 << 63),
        5 => match f64::from_bits(source.word()) {
            finite if finite.is_finite() => Value::Double(finite),
            _ => Value::Double(0.5),
        },
        6 => Value::Json(json!([words(source), { "k": [null, 1, words(source)] }])),
        _ => Value::String(words(source)),
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Long(value) => json!(value),
        Value::UnsignedLong(value) => json!(value),
        Value::Double(value) => json!(value),
        Value::Json(value) => value.clone(),
        Value::String(text) => json!(text),
        _ => Json::Null,
    }
}

/// With or without space between.
fn printed(source: &mut impl Source, json: &Json) -> String {
    if source.once_in(2) { format!("{json:#}") } else { json.to_string() }
}

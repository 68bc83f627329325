//! Annotated CSV without end, from a seed or from the bytes of a fuzzer, written by a writer of its own.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use influx_core::Epoch;
use influx_core::query::{DataType, Row, Value};

use crate::canned::Canned;
use crate::generate::Source;

/// What values and names are made of; no more than a few of each, so that all meet each other.
const WORDS: [&str; 14] = ["a", "b", "1", " ", ",", ";", "\"", "\"\"", "\n", "\r\n", "größe", "#", "0", "_x"];

/// A part of an answer: some tables with the same columns.
#[derive(Debug)]
struct Block {
    columns: Vec<Column>,
    /// `None` is null, which takes the default.
    rows: Vec<Vec<Option<Value>>>,
    /// Those that are written, in this order.
    annotations: Vec<&'static str>,
    /// Whether the first column is kept free for annotations.
    free: bool,
}

#[derive(Debug)]
struct Column {
    name: String,
    data_type: DataType,
    group: bool,
    default: Option<Value>,
}

/// A row as it should be read: each column's name, type and group, and the value.
type Expected = Vec<(String, DataType, bool, Value)>;

/// An answer, and the rows that are in it.
#[derive(Debug)]
pub struct Tables {
    /// The answer.
    pub text: String,
    rows: Vec<Expected>,
}

impl Tables {
    /// Makes one of what the source gives.
    pub fn generate(source: &mut impl Source) -> Self {
        let newline = source.pick(&["\r\n", "\n"]);
        let mut tables = Self { text: String::new(), rows: Vec::new() };
        for number in 0..=source.below(3) {
            let block = Block::generate(source);
            // annotations begin a block by themselves
            if number > 0 && (block.annotations.is_empty() || source.once_in(2)) {
                tables.text.push_str(newline);
            }
            block.write(source, newline, &mut tables.text);
            tables.rows.extend(block.expected());
        }
        match source.below(3) {
            0 => tables.text.push_str(newline),
            1 => tables.text.truncate(tables.text.len() - newline.len()),
            _ => {}
        }
        tables
    }

    /// Reads the answer in pieces of these lengths, over and over, and compares the rows.
    ///
    /// # Errors
    ///
    /// A row is not what was written, or is missing.
    pub fn check(&self, pieces: &[usize]) -> Result<(), String> {
        let read = blocking(async {
            let (client, _) = Canned::new(cut(self.text.as_bytes(), pieces)).client()?;
            client.query("x").records().await?.collect().await
        });
        let read = read.map_err(|error| format!("{error:?} in {:?}", self.text))?;
        let read: Vec<Expected> = read
            .iter()
            .map(|record| {
                let columns = record.columns().iter().zip(record.values());
                columns.map(|(c, value)| (c.name.clone(), c.data_type, c.group, value.clone())).collect()
            })
            .collect();
        if read == self.rows {
            return Ok(());
        }
        Err(format!("read {read:?}\nand not {:?}\nfrom {:?}", self.rows, self.text))
    }
}

impl Block {
    fn generate(source: &mut impl Source) -> Self {
        let mut annotations = vec!["datatype", "group", "default"];
        annotations.retain(|_| !source.once_in(8));
        for at in (1..annotations.len()).rev() {
            annotations.swap(at, source.below(at + 1));
        }
        if source.once_in(4) {
            annotations.clear();
        }
        let free = !annotations.is_empty() || source.once_in(2);
        let has = |name| annotations.contains(&name);
        // one null alone were an empty line
        let columns: Vec<_> = (0..2 + source.below(5))
            .map(|_| {
                let data_type = match source.below(8) {
                    _ if !has("datatype") => DataType::Untyped,
                    0 => DataType::Double,
                    1 => DataType::Long,
                    2 => DataType::UnsignedLong,
                    3 => DataType::Boolean,
                    4 => DataType::Time,
                    5 => DataType::Duration,
                    6 => DataType::Binary,
                    _ => DataType::String,
                };
                let name = source.pick(&["x", "y", "ü"]).to_owned() + &words(source);
                let default =
                    if has("default") && source.once_in(2) { value(source, data_type) } else { None };
                Column { name, data_type, group: has("group") && source.once_in(2), default }
            })
            .collect();
        let rows = (0..source.below(6))
            .map(|_| {
                let one = |column: &Column| match source.once_in(4) {
                    true => None,
                    false => value(source, column.data_type),
                };
                columns.iter().map(one).collect()
            })
            .collect();
        Self { columns, rows, annotations, free }
    }

    fn write(&self, source: &mut impl Source, newline: &str, out: &mut String) {
        for name in &self.annotations {
            let values = self.columns.iter().map(|column| match *name {
                "datatype" => column.data_type.to_string(),
                "group" => column.group.to_string(),
                _ => text(column.default.as_ref()),
            });
            let first = format!("#{name}");
            line(source, std::iter::once(first).chain(values), newline, out);
        }
        let free = || self.free.then(String::new).into_iter();
        let names = self.columns.iter().map(|column| column.name.clone());
        line(source, free().chain(names), newline, out);
        for row in &self.rows {
            line(source, free().chain(row.iter().map(|value| text(value.as_ref()))), newline, out);
        }
    }

    /// Carriage returns before newlines are the format's.
    fn expected(&self) -> impl Iterator<Item = Expected> {
        self.rows.iter().map(|row| {
            let columns = self.columns.iter().zip(row);
            columns
                .map(|(column, value)| {
                    let value = match value.clone().or_else(|| column.default.clone()) {
                        Some(Value::String(text)) => Value::String(text.replace("\r\n", "\n")),
                        Some(value) => value,
                        None => Value::Null,
                    };
                    (column.name.replace("\r\n", "\n"), column.data_type, column.group, value)
                })
                .collect()
        })
    }
}

/// Some text that is not empty.
fn words(source: &mut impl Source) -> String {
    (0..=source.below(4)).map(|_| source.pick(&WORDS)).collect()
}

fn value(source: &mut impl Source, data_type: DataType) -> Option<Value> {
    Some(match data_type {
        DataType::Double => match f64::from_bits(source.word()) {
            nan if nan.is_nan() => Value::Double(f64::INFINITY),
            value => Value::Double(value),
        },
        DataType::Long => Value::Long(source.word().cast_signed()),
        DataType::UnsignedLong => Value::UnsignedLong(source.word()),
        DataType::Boolean => Value::Boolean(source.once_in(2)),
        DataType::Time => {
            // in the years 0 to 9999
            let seconds = (source.word() % 315_569_520_000).cast_signed() - 62_167_219_200;
            let nanos = source.word() % 1_000_000_000 / source.pick(&[1, 1_000, 1_000_000_000]);
            Value::Time(Epoch::from_parts(seconds, nanos as u32 * source.pick(&[1, 1, 0])))
        }
        DataType::Duration => Value::Duration(source.word().cast_signed()),
        DataType::Binary => Value::Binary(words(source).into_bytes()),
        _ => Value::String(words(source)),
    })
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Double(value)) => value.to_string(),
        Some(Value::Long(value)) => value.to_string(),
        Some(Value::UnsignedLong(value)) => value.to_string(),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(Value::Time(value)) => value.to_string(),
        Some(Value::Duration(nanos)) => format!("{nanos}ns"),
        Some(Value::Binary(bytes)) => STANDARD.encode(bytes),
        _ => String::new(),
    }
}

/// Writes a line, with quotes where they must be and here and there where they need not.
fn line(source: &mut impl Source, values: impl Iterator<Item = String>, newline: &str, out: &mut String) {
    for (place, value) in values.enumerate() {
        if place > 0 {
            out.push(',');
        }
        if value.contains([',', '"', '\n', '\r']) || (!value.is_empty() && source.once_in(8)) {
            let _ = write!(out, "\"{}\"", value.replace('"', "\"\""));
        } else {
            out.push_str(&value);
        }
    }
    out.push_str(newline);
}

/// The bytes in pieces of these lengths, over and over; in one piece if there are no lengths.
pub fn cut(mut bytes: &[u8], pieces: &[usize]) -> Vec<Vec<u8>> {
    let mut cut = Vec::new();
    for len in pieces.iter().cycle().take_while(|_| pieces.iter().sum::<usize>() > 0) {
        let Some((piece, rest)) = bytes.split_at_checked(*len) else { break };
        if rest.is_empty() {
            break;
        }
        cut.push(piece.to_vec());
        bytes = rest;
    }
    cut.push(bytes.to_vec());
    cut
}

/// What comes of an answer in such pieces: the rows, then how it ended.
pub fn read(bytes: &[u8], pieces: &[usize]) -> (Vec<String>, Option<influx_core::Error>) {
    let mut rows = Vec::new();
    let ended = blocking(async {
        let (client, _) = Canned::new(cut(bytes, pieces)).client()?;
        let mut cursor = client.query("x").cursor().await?;
        while let Some(row) = cursor.next().await? {
            rows.push(shown(row));
        }
        influx_core::Result::Ok(())
    });
    (rows, ended.err())
}

/// A row as `name=value` of each column; null is `-`.
pub(crate) fn shown(row: Row<'_>) -> String {
    let value = |place: usize| match row.cell(place) {
        Some(cell) if !cell.is_null() => cell.text(),
        _ => "-",
    };
    let columns = row.columns().iter().enumerate();
    columns.map(|(place, column)| format!("{}={}", column.name, value(place))).collect::<Vec<_>>().join(" ")
}

/// Reads any bytes whole, byte by byte, and in pieces: the rows and the end are the same.
///
/// # Errors
///
/// They are not.
pub fn check_bytes(bytes: &[u8], pieces: &[usize]) -> Result<(), String> {
    let said =
        |(rows, error): (Vec<String>, Option<influx_core::Error>)| (rows, error.map(|e| format!("{e:?}")));
    // in one piece the short way of lines is taken, byte by byte never
    let whole = said(read(bytes, &[]));
    for pieces in [&[1][..], pieces] {
        let other = said(read(bytes, pieces));
        if other != whole {
            return Err(format!("in pieces of {pieces:?} {other:?}\nand whole {whole:?}\nof {bytes:?}"));
        }
    }
    Ok(())
}

pub(crate) fn blocking<T>(work: impl Future<Output = influx_core::Result<T>>) -> influx_core::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => Err(influx_core::Error::delivery(influx_core::ErrorKind::Config, error.to_string())),
    }
}

//! Schemas that are guessed from the beginnings of files of text.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

use super::error::ReadError;
use super::leaves::retyped;
use crate::roles::{Measurement, Named, Role, Roles};

/// The beginnings of files as one text. Each is read when it is its turn: there may be more files than memory has room
/// for.
pub(super) struct Heads<I> {
    heads: I,
    current: Cursor<Vec<u8>>,
    failed: Option<ReadError>,
}

/// The schema of all files, by their beginnings.
pub(super) fn guess<I>(
    files: &[PathBuf],
    heads: I,
    roles: &Roles,
    infer: impl FnOnce(&mut Heads<I>) -> Result<Schema, ArrowError>,
) -> Result<SchemaRef, ReadError> {
    let mut heads = Heads { heads, current: Cursor::default(), failed: None };
    let inferred = infer(&mut heads);
    let first = files.first().map_or(Path::new(""), PathBuf::as_path);
    match heads.failed {
        Some(error) => Err(error),
        None => Ok(settled(&inferred.map_err(|error| ReadError::of(first, error))?, roles)),
    }
}

/// A schema without metadata, of which nothing is read, and whose order may differ from process to process.
pub(super) fn plain(schema: &Schema) -> SchemaRef {
    fn fields(of: &Fields) -> Fields {
        let plain = |field: &Arc<Field>| {
            let ty = match field.data_type() {
                DataType::Struct(members) => DataType::Struct(fields(members)),
                ty => ty.clone(),
            };
            Field::new(field.name(), ty, field.is_nullable())
        };
        of.iter().map(plain).collect()
    }
    Arc::new(Schema::new(fields(schema.fields())))
}

/// The types that hold for what comes later as well. A column that seems to have no values is one of text, as those of
/// one of nulls would be lost; so is what the roles take for text, as `007` is no 7; and times may become finer than
/// the first ones.
fn settled(schema: &Schema, roles: &Roles) -> SchemaRef {
    retyped(schema, |_, name, ty| match ty {
        ty if !ty.is_nested() && is_text(roles, name) => DataType::Utf8,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Nanosecond, zone.clone()),
        DataType::Null => DataType::Utf8,
        ty => ty.clone(),
    })
}

fn is_text(roles: &Roles, column: &str) -> bool {
    let is_tag = |named: &Named| named.column == column && named.role == Role::Tag;
    matches!(&roles.measurement, Measurement::Column(name) if name == column)
        || roles.columns.iter().any(is_tag)
}

impl<I: Iterator<Item = Result<Vec<u8>, ReadError>>> Read for Heads<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.heads.next() {
                None => return Ok(0),
                Some(Ok(mut head)) => {
                    // the last record of a file may have no line break
                    head.push(b'\n');
                    self.current = Cursor::new(head);
                }
                Some(Err(error)) => {
                    let message = error.to_string();
                    self.failed = Some(error);
                    return Err(io::Error::other(message));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_its_turn() {
        let taken = Cell::new(0);
        let texts = ["a\n1", "2\n", "", "3"].map(|text| Ok(text.as_bytes().to_vec()));
        let heads = texts.into_iter().inspect(|_| taken.set(taken.get() + 1));
        let seen = Cell::new(String::new());
        let infer = |heads: &mut Heads<_>| {
            let mut start = [0; 3];
            heads.read_exact(&mut start)?;
            assert_eq!((&start, taken.get()), (b"a\n1", 1));
            let mut rest = String::new();
            heads.read_to_string(&mut rest)?;
            seen.set(rest);
            Ok(Schema::new(vec![Field::new("a", DataType::Null, true)]))
        };
        let schema = guess(&[], heads, &Roles::new("m"), infer).unwrap();
        assert_eq!((seen.take().as_str(), schema.field(0).data_type()), ("\n2\n\n\n3\n", &DataType::Utf8));
    }

    #[test]
    fn the_file_whose_head_cannot_be_read_is_named() {
        let heads = [Ok(b"a\n".to_vec()), Err(ReadError::of(Path::new("b.csv"), "gone"))];
        let infer = |heads: &mut Heads<_>| {
            heads.read_to_end(&mut Vec::new())?;
            Ok(Schema::empty())
        };
        let error = guess(&[PathBuf::from("a.csv")], heads.into_iter(), &Roles::new("m"), infer).unwrap_err();
        assert_eq!(error.to_string(), "b.csv: gone");
    }
}

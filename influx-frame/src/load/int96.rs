//! Times of INT96 in Parquet, as Spark writes them. Nanoseconds, as which Arrow reads them, have no room for those before
//! 1677 and after 2262, which come out as other times. So they are read in seconds as well, and compared.

use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type as Physical;
use ::parquet::schema::types::Type;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array as _, ArrayRef, PrimitiveArray, RecordBatch};
use arrow_schema::{DataType, Field, TimeUnit};

use super::chunk::{BadRows, Batches, Columns};
use super::leaves::retyped;
use super::parquet::reader;

/// The same batches, unless a time that lines are made of is another one in the file.
pub(super) fn checked(
    batches: Batches,
    path: &Path,
    metadata: &ArrowReaderMetadata,
    columns: &Columns,
    group: usize,
) -> Result<Batches, String> {
    let schema = metadata.parquet_schema();
    let mut times = Columns { needed: columns.needed.clone(), ..Columns::default() };
    times.needed.retain(|path| is_int96(schema.root_schema(), path));
    if times.needed.is_empty() {
        return Ok(batches);
    }
    let (roots, read) = (times.roots(), columns.read());
    let metadata = in_seconds(metadata, &times.needed)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.clone());
    let mut seconds = reader(path, metadata, mask, group)?;
    let mut first = 0;
    Ok(Box::new(batches.map(move |batch| {
        let batch = batch?;
        let seconds = seconds.next().ok_or("there are fewer times than rows")??;
        for path in &times.needed {
            let times = (at(&batch, read.as_deref(), path), at(&seconds, Some(&roots), path));
            let (Some((field, values)), Some((_, seconds))) = times else {
                return Err("the times of INT96 are not where the file has them".into());
            };
            let compared = compare(field, values, seconds.as_primitive());
            compared.map_err(|bad| BadRows { row: bad.row.map(|row| first + row), ..bad })?;
        }
        first += batch.num_rows() as u64;
        Ok(batch)
    })))
}

/// Whether a path leads to times of INT96.
fn is_int96(ty: &Type, path: &[usize]) -> bool {
    match path {
        [] => ty.is_primitive() && ty.get_physical_type() == Physical::INT96,
        [member, path @ ..] => {
            ty.is_group() && ty.get_fields().get(*member).is_some_and(|member| is_int96(member, path))
        }
    }
}

fn in_seconds(metadata: &ArrowReaderMetadata, times: &[Vec<usize>]) -> Result<ArrowReaderMetadata, String> {
    let schema = retyped(metadata.schema(), |path, _, ty| match times.iter().any(|time| time == path) {
        true => DataType::Timestamp(TimeUnit::Second, None),
        false => ty.clone(),
    });
    let options = ArrowReaderOptions::new().with_schema(schema);
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(|error| error.to_string())
}

/// What is at a path of the file in a batch, which has these columns of it, or all.
fn at<'b>(
    batch: &'b RecordBatch,
    columns: Option<&[usize]>,
    path: &[usize],
) -> Option<(&'b Field, &'b ArrayRef)> {
    let (root, path) = path.split_first()?;
    let place = match columns {
        Some(columns) => columns.iter().position(|column| column == root)?,
        None => *root,
    };
    let mut found = (batch.schema_ref().fields().get(place)?.as_ref(), batch.columns().get(place)?);
    for member in path {
        let DataType::Struct(fields) = found.0.data_type() else { return None };
        found = (fields.get(*member)?.as_ref(), found.1.as_struct().columns().get(*member)?);
    }
    Some(found)
}

fn compare(
    field: &Field,
    column: &ArrayRef,
    seconds: &PrimitiveArray<TimestampSecondType>,
) -> Result<(), BadRows> {
    let (values, units) = match column.data_type() {
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (column.as_primitive::<TimestampNanosecondType>().values(), 1_000_000_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            (column.as_primitive::<TimestampMicrosecondType>().values(), 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            (column.as_primitive::<TimestampMillisecondType>().values(), 1_000)
        }
        DataType::Timestamp(TimeUnit::Second, _) => {
            (column.as_primitive::<TimestampSecondType>().values(), 1)
        }
        other => return Err(format!("times of INT96 came as {other}").into()),
    };
    let differs = |row: &usize| {
        seconds.is_valid(*row)
            && values.get(*row).map(|value| value.div_euclid(units)) != Some(seconds.value(*row))
    };
    match (0..seconds.len()).find(differs) {
        None => Ok(()),
        Some(row) => {
            let (name, seconds) = (field.name(), seconds.value(row));
            let message = format!(
                "the column {name:?} has a time {seconds} s from 1970 on, for which nanoseconds have no room: ignore it"
            );
            Err(BadRows { row: Some(row as u64), message })
        }
    }
}

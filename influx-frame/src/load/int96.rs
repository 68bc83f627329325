//! Times of INT96 in Parquet, as Spark writes them. Nanoseconds, as which Arrow reads them, have no room for those before
//! 1677 and after 2262, which come out as other times. So they are read in seconds as well, and compared.

use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema, TimeUnit};

use super::chunk::{BadRows, Batches, Columns};
use super::parquet::reader;

/// The same batches, unless a time that lines are made of is another one in the file.
pub(super) fn checked(
    batches: Batches,
    path: &Path,
    metadata: &ArrowReaderMetadata,
    columns: &Columns,
    group: usize,
) -> Result<Batches, String> {
    let times = places(metadata, columns)?;
    if times.is_empty() {
        return Ok(batches);
    }
    let roots: Vec<usize> = times.iter().map(|(root, _)| *root).collect();
    let metadata = in_seconds(metadata, &roots)?;
    let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
    let mut seconds = reader(path, metadata, mask, group)?;
    let mut first = 0;
    Ok(Box::new(batches.map(move |batch| {
        let batch = batch?;
        let seconds = seconds.next().ok_or("there are fewer times than rows")??;
        for ((_, at), seconds) in times.iter().zip(seconds.columns()) {
            compare(&batch, *at, seconds)
                .map_err(|bad| BadRows { row: bad.row.map(|row| first + row), ..bad })?;
        }
        first += batch.num_rows() as u64;
        Ok(batch)
    })))
}

/// The columns of INT96 that are needed, by their places in the file and among those that are read.
fn places(metadata: &ArrowReaderMetadata, columns: &Columns) -> Result<Vec<(usize, usize)>, String> {
    let roots = metadata.parquet_schema().root_schema().get_fields();
    let mut places = Vec::new();
    for (at, root) in columns.needed.iter().enumerate() {
        let at = if columns.others { *root } else { at };
        let Some(ty) = roots.get(*root) else { continue };
        let is_time = |leaf: usize| metadata.parquet_schema().column(leaf).physical_type() == Type::INT96;
        let mut leaves = (0..metadata.parquet_schema().num_columns())
            .filter(|leaf| metadata.parquet_schema().get_column_root_idx(*leaf) == *root);
        match (leaves.any(is_time), ty.is_primitive()) {
            (false, _) => {}
            (true, true) => places.push((*root, at)),
            (true, false) => {
                return Err(format!("the column {:?} has times of INT96 in it: ignore it", ty.name()));
            }
        }
    }
    Ok(places)
}

fn in_seconds(metadata: &ArrowReaderMetadata, roots: &[usize]) -> Result<ArrowReaderMetadata, String> {
    let fields =
        metadata.schema().fields().iter().enumerate().map(|(root, field)| match roots.contains(&root) {
            true => {
                Arc::new(field.as_ref().clone().with_data_type(DataType::Timestamp(TimeUnit::Second, None)))
            }
            false => Arc::clone(field),
        });
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(|error| error.to_string())
}

fn compare(batch: &RecordBatch, at: usize, seconds: &ArrayRef) -> Result<(), BadRows> {
    let (column, seconds) = (batch.column(at), seconds.as_primitive::<TimestampSecondType>());
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
            let name = batch.schema_ref().field(at).name();
            let message = format!(
                "the column {name:?} has a time {} s from 1970 on, for which nanoseconds have no room: ignore it",
                seconds.value(row)
            );
            Err(BadRows { row: Some(row as u64), message })
        }
    }
}

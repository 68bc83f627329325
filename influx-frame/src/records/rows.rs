//! From the rows of a frame to records.

use influx_core::query::{DataType, FromRowOwned, MadeRow, RowError};

use super::RecordsError;
use crate::frame::Frame;
use crate::scalar::{Scalar, check, scalar};
use crate::schema::FrameColumn;

/// The records of a frame's rows.
pub(crate) fn to_records<T: FromRowOwned>(frame: &impl Frame) -> Result<Vec<T>, RecordsError> {
    let schema = frame.frame_schema();
    let paths: Vec<_> = (0..schema.columns.len()).map(|at| vec![at]).collect();
    let mut made = MadeRow::new(schema.columns.iter().map(|column| column.name.clone()));
    // what no member asks for may be of any type
    let wanted = made.wanted::<T>();
    let misfit = |row: usize, column: &FrameColumn, why: String| RecordsError::Row {
        row,
        error: RowError::new(why).in_column(&column.name),
    };
    for (column, _) in schema.columns.iter().zip(&wanted).filter(|(_, wanted)| **wanted) {
        if schema.columns.iter().filter(|other| other.name == column.name).count() > 1 {
            return Err(RecordsError::Twice { column: column.name.clone() });
        }
        check(&column.ty).map_err(|why| misfit(0, column, why))?;
    }
    let mut records = Vec::with_capacity(frame.frame_rows());
    for block in frame.blocks(&paths, 0..frame.frame_rows()) {
        for (number, row) in block.rows.clone().zip(0..) {
            made.begin();
            for ((column, values), wanted) in schema.columns.iter().zip(&block.columns).zip(&wanted) {
                let value = if *wanted { scalar(&column.ty, values, row) } else { Ok(Scalar::Null) };
                put(&mut made, value.map_err(|why| misfit(number, column, why))?);
            }
            records.push(made.read().map_err(|error| RecordsError::Row { row: number, error })?);
        }
    }
    Ok(records)
}

fn put(made: &mut MadeRow, value: Scalar<'_>) {
    match value {
        Scalar::Null => made.null(),
        Scalar::Boolean(value) => made.value(DataType::Boolean, value),
        Scalar::Integer(value) => made.value(DataType::Long, value),
        Scalar::Unsigned(value) => made.value(DataType::UnsignedLong, value),
        Scalar::Float(value) => made.value(DataType::Double, value),
        Scalar::Text(value) => made.value(DataType::String, value),
        Scalar::Bytes(value) => made.bytes(value),
        Scalar::Time(ticks, unit) => made.value(DataType::Ticks(unit), ticks),
        Scalar::Duration(nanos) => made.value(DataType::Duration, nanos),
    }
}

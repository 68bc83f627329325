//! Frames of one library as those of another: their columns are copied, one after the other.

use super::{Bitset, Build, BuildError, Built, BuiltColumn, Growing, Stored, Texts};
use crate::frame::Frame;
use crate::scalar::{Scalar, check, scalar};
use crate::schema::{ColumnType, FrameSchema};

/// One frame of the rows of several, which have this schema.
///
/// # Errors
///
/// A column is of a type that the frame does not have here, or a value is beyond it.
pub(crate) fn copied<F: Build>(frames: &[impl Frame], schema: &FrameSchema) -> Result<F, BuildError> {
    let mut columns = Vec::with_capacity(schema.columns.len());
    let mut rows = 0;
    for (at, column) in schema.columns.iter().enumerate() {
        let misfit = |why| BuildError { column: Some(column.name.clone()), why };
        check(&column.ty).map_err(misfit)?;
        let mut growing = Growing::new(stored::<F>(&column.ty));
        for frame in frames {
            for block in frame.blocks(&[vec![at]], 0..frame.frame_rows()) {
                let Some(values) = block.columns.first() else { continue };
                for row in 0..block.rows.len() {
                    let value = scalar(&column.ty, values, row).map_err(misfit)?;
                    push(&mut growing, value).map_err(misfit)?;
                }
            }
        }
        rows = frames.iter().map(Frame::frame_rows).sum();
        growing.pad(rows);
        let (values, valid) = growing.take();
        columns.push(BuiltColumn { name: column.name.clone(), group: false, values, valid });
    }
    F::build(Built { columns, rows })
}

/// Values of this type, in a frame of that library.
fn stored<F: Build>(ty: &ColumnType) -> Stored {
    match ty {
        ColumnType::Boolean => Stored::Boolean(Bitset::default()),
        ColumnType::Integer(_) => Stored::Integer(Vec::new()),
        ColumnType::Unsigned(_) => Stored::Unsigned(Vec::new()),
        ColumnType::Float(_) | ColumnType::Decimal { .. } => Stored::Float(Vec::new()),
        ColumnType::String | ColumnType::Category => Stored::Text(Texts::default()),
        ColumnType::Binary => Stored::Binary(Texts::default()),
        ColumnType::Date => Stored::Time(Vec::new(), F::unit(influx_core::Precision::Milliseconds)),
        ColumnType::Timestamp(unit, _) => Stored::Time(Vec::new(), F::unit(*unit)),
        ColumnType::Duration(_) => Stored::Duration(Vec::new()),
        // what is checked is nothing else
        ColumnType::Null | ColumnType::Time(_) | ColumnType::Struct(_) | ColumnType::Other(_) => {
            Stored::Null(0)
        }
    }
}

fn push(growing: &mut Growing, value: Scalar<'_>) -> Result<(), String> {
    match (&mut growing.values, value) {
        (_, Scalar::Null) => {
            growing.push_null();
            return Ok(());
        }
        (Stored::Boolean(bits), Scalar::Boolean(value)) => bits.push(value),
        (Stored::Integer(values), Scalar::Integer(value)) => values.push(value),
        (Stored::Unsigned(values), Scalar::Unsigned(value)) => values.push(value),
        (Stored::Float(values), Scalar::Float(value)) => values.push(value),
        (Stored::Text(texts), Scalar::Text(value)) => texts.push(value.as_bytes()),
        (Stored::Binary(texts), Scalar::Bytes(value)) => texts.push(value),
        (Stored::Duration(values), Scalar::Duration(value)) => values.push(value),
        (Stored::Time(values, unit), Scalar::Time(ticks, of)) => {
            // the frame's unit is that of the column, or a finer one
            let finer = ticks.checked_mul(of.nanos() / unit.nanos());
            values.push(finer.ok_or_else(|| format!("{ticks} {} are beyond 64 bits", of.as_str()))?);
        }
        (_, value) => return Err(format!("{value:?} is beyond its type: cast the column")),
    }
    growing.grown();
    Ok(())
}

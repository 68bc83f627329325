//! Columns that are complete become a `RecordBatch`. Their values are not copied, but for the offsets of texts.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::{
    ArrowTimestampType, DurationNanosecondType, Float64Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt64Type,
};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, NullArray, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{Field, Schema};
use influx_core::Precision;

use crate::build::{Bitset, Build, BuildError, Built, BuiltColumn, Stored, Texts};

/// The key of the metadata that a field of the group key has.
pub const GROUP: &str = "influx::group";

impl Build for RecordBatch {
    fn unit(wanted: Precision) -> Precision {
        wanted
    }

    fn build(built: Built) -> Result<Self, BuildError> {
        let Built { columns, rows } = built;
        let (mut fields, mut arrays) = (Vec::with_capacity(columns.len()), Vec::with_capacity(columns.len()));
        for BuiltColumn { name, group, values, valid } in columns {
            let array = match array(values, valid) {
                Ok(array) => array,
                Err(why) => return Err(BuildError { column: Some(name), why }),
            };
            let field = Field::new(name, array.data_type().clone(), true);
            fields.push(if group {
                field.with_metadata(HashMap::from([(GROUP.to_owned(), "true".to_owned())]))
            } else {
                field
            });
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Self::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .map_err(|error| BuildError { column: None, why: error.to_string() })
    }
}

fn array(values: Stored, valid: Option<Bitset>) -> Result<ArrayRef, String> {
    let nulls = valid.map(|valid| NullBuffer::new(bits(valid)));
    Ok(match values {
        Stored::Null(len) => Arc::new(NullArray::new(len)),
        Stored::Boolean(values) => Arc::new(BooleanArray::new(bits(values), nulls)),
        Stored::Integer(values) => Arc::new(numbers::<Int64Type>(values, nulls)),
        Stored::Unsigned(values) => Arc::new(numbers::<UInt64Type>(values, nulls)),
        Stored::Float(values) => Arc::new(numbers::<Float64Type>(values, nulls)),
        Stored::Duration(values) => Arc::new(numbers::<DurationNanosecondType>(values, nulls)),
        Stored::Time(values, unit) => match unit {
            Precision::Seconds => Arc::new(times::<TimestampSecondType>(values, nulls)),
            Precision::Milliseconds => Arc::new(times::<TimestampMillisecondType>(values, nulls)),
            Precision::Microseconds => Arc::new(times::<TimestampMicrosecondType>(values, nulls)),
            _ => Arc::new(times::<TimestampNanosecondType>(values, nulls)),
        },
        Stored::Text(texts) => {
            let (offsets, bytes) = narrow(texts)?;
            Arc::new(StringArray::try_new(offsets, bytes, nulls).map_err(|error| error.to_string())?)
        }
        Stored::Binary(texts) => {
            let (offsets, bytes) = narrow(texts)?;
            Arc::new(BinaryArray::try_new(offsets, bytes, nulls).map_err(|error| error.to_string())?)
        }
    })
}

fn numbers<T: ArrowPrimitiveType>(values: Vec<T::Native>, nulls: Option<NullBuffer>) -> PrimitiveArray<T> {
    PrimitiveArray::new(ScalarBuffer::from(values), nulls)
}

fn times<T: ArrowTimestampType>(values: Vec<i64>, nulls: Option<NullBuffer>) -> PrimitiveArray<T> {
    numbers::<T>(values, nulls).with_timezone("UTC")
}

fn bits(bits: Bitset) -> BooleanBuffer {
    let (bytes, len) = bits.into_parts();
    BooleanBuffer::new(Buffer::from_vec(bytes), 0, len)
}

/// Texts with offsets of 32 bits.
fn narrow(texts: Texts) -> Result<(OffsetBuffer<i32>, Buffer), String> {
    let (offsets, bytes) = texts.into_parts();
    let offsets = offsets.into_iter().map(i32::try_from).collect::<Result<Vec<_>, _>>().map_err(
        |_| "it is longer than 2 GiB, which a column of Arrow does not hold: ask for a stream of batches",
    )?;
    Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(bytes)))
}

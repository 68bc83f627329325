//! The columns of a `RecordBatch`.

use std::borrow::Cow;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, TimeUnit};
use influx_core::Precision;

use crate::column::{Bits, Column, Text, Values};
use crate::frame::Block;
use crate::schema::ColumnType;

pub(super) fn type_of(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int64 => ColumnType::Integer(64),
        DataType::UInt64 => ColumnType::Unsigned(64),
        DataType::Float64 => ColumnType::Float(64),
        DataType::Utf8 => ColumnType::String,
        DataType::Timestamp(unit, zone) => ColumnType::Timestamp(precision(*unit), zone.clone()),
        other => ColumnType::Other(other.to_string()),
    }
}

fn precision(unit: TimeUnit) -> Precision {
    match unit {
        TimeUnit::Second => Precision::Seconds,
        TimeUnit::Millisecond => Precision::Milliseconds,
        TimeUnit::Microsecond => Precision::Microseconds,
        TimeUnit::Nanosecond => Precision::Nanoseconds,
    }
}

/// A sketch.
pub(super) fn blocks<'a>(
    batch: &'a RecordBatch,
    columns: &[Vec<usize>],
    rows: Range<usize>,
) -> Vec<Block<'a>> {
    let columns = columns.iter().map(|path| column(batch.column(path[0]), rows.start));
    vec![Block { columns: columns.collect(), rows: rows.clone() }]
}

fn column(array: &dyn Array, start: usize) -> Column<'_> {
    let values = match array.data_type() {
        DataType::Int64 => Values::I64(array.as_primitive::<Int64Type>().values()),
        DataType::UInt64 => Values::U64(array.as_primitive::<UInt64Type>().values()),
        DataType::Float64 => Values::F64(array.as_primitive::<Float64Type>().values()),
        DataType::Boolean => Values::Boolean(bits(array.as_boolean().values())),
        DataType::Utf8 => Values::Text(Text::Utf8(array.as_string())),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Values::I64(array.as_primitive::<TimestampNanosecondType>().values())
        }
        _ => Values::Null,
    };
    Column::plain(values, array.nulls().map(|nulls| bits(nulls.inner())), start)
}

fn bits(buffer: &BooleanBuffer) -> Bits<'_> {
    Bits { bytes: Cow::Borrowed(buffer.values()), start: buffer.offset() }
}

//! The columns of a `DataFrame`.

use std::borrow::Cow;
use std::ops::Range;

use influx_core::Precision;
use polars::prelude::{DataFrame, DataType, TimeUnit};
use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;

use crate::column::{Bits, Column, Text, Values};
use crate::frame::Block;
use crate::schema::ColumnType;

pub(super) fn type_of(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int64 => ColumnType::Integer(64),
        DataType::UInt64 => ColumnType::Unsigned(64),
        DataType::Float64 => ColumnType::Float(64),
        DataType::String => ColumnType::String,
        DataType::Datetime(unit, zone) => {
            ColumnType::Timestamp(precision(*unit), zone.as_ref().map(|zone| zone.as_str().into()))
        }
        other => ColumnType::Other(other.to_string()),
    }
}

fn precision(unit: TimeUnit) -> Precision {
    match unit {
        TimeUnit::Nanoseconds => Precision::Nanoseconds,
        TimeUnit::Microseconds => Precision::Microseconds,
        TimeUnit::Milliseconds => Precision::Milliseconds,
    }
}

/// A sketch: columns of one chunk.
pub(super) fn blocks<'a>(frame: &'a DataFrame, columns: &[Vec<usize>], rows: Range<usize>) -> Vec<Block<'a>> {
    let columns = columns.iter().map(|path| {
        let series = frame.columns()[path[0]].as_materialized_series();
        chunk(&*series.chunks()[0], rows.start)
    });
    vec![Block { columns: columns.collect(), rows: rows.clone() }]
}

fn chunk(array: &dyn Array, start: usize) -> Column<'_> {
    let any = array.as_any();
    let values = if let Some(array) = any.downcast_ref::<PrimitiveArray<f64>>() {
        Values::F64(array.values().as_slice())
    } else if let Some(array) = any.downcast_ref::<PrimitiveArray<i64>>() {
        Values::I64(array.values().as_slice())
    } else if let Some(array) = any.downcast_ref::<PrimitiveArray<u64>>() {
        Values::U64(array.values().as_slice())
    } else if let Some(array) = any.downcast_ref::<BooleanArray>() {
        Values::Boolean(bits(array.values()))
    } else if let Some(array) = any.downcast_ref::<Utf8ViewArray>() {
        Values::Text(Text::Polars(array))
    } else {
        Values::Null
    };
    Column::plain(values, array.validity().map(bits), start)
}

fn bits(bitmap: &Bitmap) -> Bits<'_> {
    let (bytes, start, _) = bitmap.as_slice();
    Bits { bytes: Cow::Borrowed(bytes), start }
}
